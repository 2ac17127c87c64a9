import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerAsLiveAvatar } from '../life/liveavatar.stub.js';

/** What our side calls the vendor with; a caller's own key must never arrive here. */
export const VENDOR_KEY = 'bench-vendor-key';

const SUCCESS = JSON.stringify({ code: 100, message: 'success', data: { status: 'success' } });
const live: string[] = [];
let calls = 0;
let opened = 0;

/** How many calls about a running session have arrived, to check that a proxy made each of them. */
export function countVendorCalls(): number {
  return calls;
}

/** Both vendors' APIs with constant answers; another key than the vendor's own is refused. */
export function answerAsVendor(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  if (path.startsWith('/v1/sessions')) return answerAsLiveAvatar(request, response, VENDOR_KEY);
  request.resume();
  request.once('end', () => {
    const isKnown =
      request.headers['x-api-key'] === VENDOR_KEY ||
      request.headers.authorization === 'Bearer bench-session';
    if (!isKnown)
      return send(response, 401, JSON.stringify({ code: 401, message: 'Unauthorized' }));
    send(response, 200, answerTo(path));
  });
}

function answerTo(path: string): string {
  switch (path) {
    case '/v1/streaming.create_token':
      return JSON.stringify({ error: null, data: { token: 'bench-session' } });
    case '/v1/streaming.new':
      return newSession();
    case '/v1/streaming.list':
      return JSON.stringify({
        code: 100,
        message: 'success',
        data: { sessions: live.map((session_id) => ({ session_id })) },
      });
    case '/v1/streaming.task':
      calls += 1;
      return JSON.stringify({
        code: 100,
        message: 'success',
        data: { task_id: `task-${calls}`, duration_ms: 1200 },
      });
    default:
      calls += 1;
      return SUCCESS;
  }
}

function newSession(): string {
  opened += 1;
  const session_id = `bench-${process.pid}-${opened}`;
  live.push(session_id);
  const data = {
    session_id,
    url: 'wss://room.livekit.cloud',
    access_token: 'bench-room',
    session_duration_limit: 86_400,
  };
  return JSON.stringify({ code: 100, message: 'success', data });
}

function send(response: ServerResponse, status: number, json: string): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(json),
    })
    .end(json);
}
