import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LINES } from './life-steps.js';

interface Live {
  readonly startedAtMs: number;
  isOver: boolean;
}

const sessions = new Map<string, Live>();

/** LiveAvatar as fast as node:http is: it opens, ends, lists, and has heard what a life says. */
export function answerAsLiveAvatar(
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
): void {
  const { method = '', url = '', headers } = request;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    if (url === '/v1/sessions/start') return start(response, headers.authorization ?? '');
    if (headers['x-api-key'] !== key) return send(response, 401, null);
    const body = Buffer.concat(chunks).toString();
    const { session_id } = (body === '' ? {} : JSON.parse(body)) as { session_id?: string };
    send(response, 200, dataOf(`${method} ${url}`, session_id ?? ''));
  });
}

function dataOf(call: string, id: string): unknown {
  if (call === 'POST /v1/sessions/token') return create();
  if (call === 'POST /v1/sessions/stop') {
    const session = sessions.get(id);
    if (session) session.isOver = true;
    return null;
  }
  if (call === 'POST /v1/sessions/keep-alive') return null;
  if (call.startsWith('GET /v1/sessions?')) return list();
  const [, named = '', part] = /^GET \/v1\/sessions\/([^/?]+)(\/transcript)?/.exec(call) ?? [];
  return part === undefined ? recordOf(named) : transcriptOf(named);
}

function create(): unknown {
  const session_id = randomUUID();
  sessions.set(session_id, { startedAtMs: Date.now(), isOver: false });
  return { session_id, session_token: `token-${session_id}` };
}

function start(response: ServerResponse, authorization: string): void {
  const id = authorization.slice('Bearer token-'.length);
  if (!sessions.has(id)) return send(response, 401, null);
  send(response, 201, {
    session_id: id,
    livekit_url: 'wss://room.livekit.cloud',
    livekit_client_token: 'a'.repeat(400),
    livekit_agent_token: 'b'.repeat(400),
    max_session_duration: 1_200,
    ws_url: null,
  });
}

function list(): unknown {
  const results = [...sessions].flatMap(([id, { isOver }]) => (isOver ? [] : [{ id }]));
  return { count: results.length, results };
}

function recordOf(id: string): unknown {
  const isOver = sessions.get(id)?.isOver ?? true;
  return isOver ? { id, end_at: new Date().toISOString(), end_reason: 'USER_CLOSED' } : { id };
}

/** Whole seconds, as the vendor's are. */
function transcriptOf(id: string): unknown {
  const session = sessions.get(id);
  const startSeconds = Math.floor((session?.startedAtMs ?? 0) / 1000);
  return {
    session_active: !(session?.isOver ?? true),
    next_timestamp: null,
    transcript_data: LINES.map(({ role, text }) => ({
      role,
      transcript: text,
      absolute_timestamp: startSeconds + 1,
    })),
  };
}

function send(response: ServerResponse, status: number, data: unknown): void {
  const json = JSON.stringify({ code: status < 300 ? 1000 : 4001, message: 'ok', data });
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(json),
    })
    .end(json);
}
