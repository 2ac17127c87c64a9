import fc from 'fast-check';
import { applyEdit, edits } from './mutated-request.js';

/** What an opening handshake is made of; right where nothing is said of it. */
export interface Handshake {
  /** Whether it is right, so that 101 is the answer. */
  readonly isRight: boolean;
  /** The whole request as latin1 text, for a session and its token. */
  write(sessionId: string, token: string): string;
}

/** The key of the example in RFC 6455 section 1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

const PATHS = ['/v1/ws/streaming.chat', '/api/v1/avatar/v1/ws/streaming.chat'];

/** Text that the session's id and token are put in place of. */
const QUERY = 'session_id={id}&session_token={token}';

const RIGHT = {
  method: 'GET',
  path: PATHS[0] as string,
  query: QUERY,
  version: 'HTTP/1.1',
  lines: [
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${KEY}`,
  ],
};

type Parts = typeof RIGHT;

const without =
  (name: string, ...instead: string[]) =>
  ({ lines }: Parts) => ({
    lines: [...lines.filter((line) => !line.startsWith(name)), ...instead],
  });
const query = (value: string) => () => ({ query: value });
const path = (value: string) => () => ({ path: value });

/** Changes after which it is as right as before. */
const HARMLESS: readonly ((parts: Parts) => Partial<Parts>)[] = [
  path(PATHS[1] as string),
  query(`${QUERY}&silence_response=true&opening_text=%zz&stt_language=de&enable_tts&x=1`),
  query(`session%5ftoken={token}&&session_id={id}`),
  without('Upgrade', 'Upgrade: WebSocket'),
  without('Connection', 'Connection: keep-alive, Upgrade'),
  without('none', 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'),
  without('none', 'Sec-WebSocket-Extensions: ,;=,"'),
  without('none', 'Sec-WebSocket-Protocol: chat, , superchat'),
  without('none', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='),
  without('none', 'Origin: https://shop.example.com'),
  without('none', 'Cookie: session_token=x'),
];

/** Changes after which it is to be refused. */
const HARMFUL: readonly ((parts: Parts) => Partial<Parts>)[] = [
  without('Sec-WebSocket-Version'),
  without('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 8'),
  without('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 13, 8'),
  without('none', 'Sec-WebSocket-Version: 13'),
  without('Sec-WebSocket-Key'),
  without('Sec-WebSocket-Key', 'Sec-WebSocket-Key: '),
  without('Sec-WebSocket-Key', 'Sec-WebSocket-Key: c2hvcnQ='),
  without('Sec-WebSocket-Key', `Sec-WebSocket-Key: ${'A'.repeat(9_000)}`),
  without('Sec-WebSocket-Key', 'Sec-WebSocket-Key: \u0080\u00ff======================'),
  without('none', `Sec-WebSocket-Key: ${KEY}`),
  without('Upgrade'),
  without('Upgrade', 'Upgrade: h2c'),
  without('Connection', 'Connection: close'),
  () => ({ method: 'POST' }),
  path('/v1/ws/streaming.chat/'),
  path('/v1/ws/../ws/streaming.chat'),
  path('/v1/ws/streaming%2echat'),
  query(''),
  query('session_id={id}'),
  query('session_id={id}&session_token='),
  query('session_token={token}'),
  query('session_id={id}&session_id={id}&session_token={token}'),
  query('session_id={id}&session_token={token}&session_token={token}'),
  query('session_id={id}&session_token={token}x'),
  query('session_id={id}&session_token=eyJhbGciOiJub25lIn0.eyJhY2MiOiIxIn0.'),
  query('session_id=..%2f..%2fv2%2fadmin&session_token={token}'),
  query('session_id=%00&session_token={token}'),
  query('session_id[$ne]=1&session_token={token}'),
  query('session_id=00000000-0000-4000-8000-000000000000&session_token={token}'),
  query(`session_id=${'a'.repeat(3_000)}&session_token={token}`),
  without('Host', 'Host: a', 'Host: b'),
  without('Host'),
];

function made(isRight: boolean, parts: Parts, change = (text: string) => text): Handshake {
  const { method, path: target, query: asked, version, lines } = parts;
  const text = [`${method} ${target}?${asked} ${version}`, ...lines, '', ''].join('\r\n');
  return {
    isRight,
    write: (sessionId, token) =>
      change(text).replaceAll('{id}', sessionId).replaceAll('{token}', token),
  };
}

export const rightHandshakes: fc.Arbitrary<Handshake> = fc
  .option(fc.constantFrom(...HARMLESS), { freq: 3, nil: () => ({}) })
  .map((change) => made(true, { ...RIGHT, ...change(RIGHT) }));

const refused = fc
  .constantFrom(...HARMFUL)
  .map((change) => made(false, { ...RIGHT, ...change(RIGHT) }));

const mutated = fc
  .array(edits, { minLength: 1, maxLength: 5 })
  .map((changes) => made(false, RIGHT, (text) => changes.reduce(applyEdit, text)));

/** Handshakes that are refused. */
export const wrongHandshakes: fc.Arbitrary<Handshake> = refused;

/** Handshakes of which nobody knows what becomes of them. */
export const mutatedHandshakes: fc.Arbitrary<Handshake> = mutated;
