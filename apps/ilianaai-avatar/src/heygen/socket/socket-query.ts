import { AvatarError } from '../../errors.js';

/** What a handshake asks for. */
export interface SocketQuery {
  readonly sessionId: string;
  readonly token: string;
  /** The query as it was sent, with another token in it. */
  withToken(token: string): string;
}

const SESSION = 'session_id';
const TOKEN = 'session_token';

/**
 * Reads the query of a handshake. Everything but the token goes on as it was sent.
 * @throws AvatarError `key_missing` without a token, `invalid_input` without a session or with
 * either of them twice
 */
export function readSocketQuery(query: string): SocketQuery {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const [token, ...otherTokens] = valuesOf(pairs, TOKEN);
  const [sessionId, ...otherSessions] = valuesOf(pairs, SESSION);
  if (otherTokens.length > 0) throw refusal(TOKEN);
  if (otherSessions.length > 0) throw refusal(SESSION);
  if (token === undefined || token === '') throw new AvatarError('key_missing');
  if (sessionId === undefined || sessionId === '') throw refusal(SESSION);
  return {
    sessionId,
    token,
    withToken: (replacement) =>
      pairs
        .map((pair) =>
          nameOf(pair) === TOKEN ? `${TOKEN}=${encodeURIComponent(replacement)}` : pair,
        )
        .join('&'),
  };
}

function valuesOf(pairs: readonly string[], name: string): string[] {
  return pairs
    .filter((pair) => nameOf(pair) === name)
    .map((pair) => decode(pair.slice(pair.indexOf('=') + 1)));
}

function nameOf(pair: string): string {
  const end = pair.indexOf('=');
  return decode(end < 0 ? pair : pair.slice(0, end));
}

/** A broken escape is taken as it stands: it then fits nothing. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

function refusal(name: string): AvatarError {
  const message = 'must be given once';
  return new AvatarError('invalid_input', { errors: [{ pointer: `/${name}`, message }] });
}
