import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, pipeline } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './faults.js';
import { sendJson, type Answer } from './http.answers.js';

const HUGE_BYTES = 20 * 1024 * 1024;

const HTML_PAGE =
  '<!doctype html><html><head><title>502 Bad Gateway</title></head>' +
  '<body><h1>502 Bad Gateway</h1><hr>edge</body></html>';

/** Bodies of the `garbage` kind by variant; all are sent with status 200. */
function garbageText(variant: string): string {
  const texts: Record<string, string> = {
    null: 'null',
    list: '[]',
    empty: '',
    text: 'ok',
    truncated: '{"code":1000,"data":{"session_id":"',
    'no-data': '{"code":1000,"message":"ok"}',
    'null-data': '{"code":1000,"data":null,"message":"ok"}',
    'failing-code': '{"code":5000,"data":null,"message":"internal failure"}',
    deep: `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    'wrong-types':
      '{"code":"1000","message":[],"data":{"session_id":42,"session_token":{},"livekit_url":[],' +
      '"livekit_client_token":null,"max_session_duration":"soon","results":"none","id":false,' +
      '"transcript_data":{"role":1},"next_timestamp":{},"session_active":"yes"}}',
  };
  return texts[variant] ?? texts['wrong-types'] ?? 'null';
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'content-type': type, 'content-length': length }).end(text);
}

function sendHalf(response: ServerResponse, answer: Answer): void {
  const text = JSON.stringify(answer.body ?? null);
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
}

function* hugeBody(): Generator<string> {
  yield '{"code":1000,"message":"ok","data":{"padding":"';
  const chunk = 'x'.repeat(65_536);
  for (let sent = 0; sent < HUGE_BYTES; sent += chunk.length) yield chunk;
  yield '"}}';
}

function sendHuge(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  // A client that hangs up in the middle is the expected outcome, not a failure.
  pipeline(Readable.from(hugeBody()), response, () => undefined);
}

async function sendSlowly(response: ServerResponse, answer: Answer, pauseMs: number) {
  const bytes = Buffer.from(JSON.stringify(answer.body ?? null));
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
  });
  response.flushHeaders();
  for (let index = 0; index < bytes.length && !response.destroyed; index++) {
    await wait(pauseMs, undefined, { ref: false });
    response.write(bytes.subarray(index, index + 1));
  }
  response.end();
}

function redirectTarget(fault: Fault): string {
  const body = fault.body as { location?: unknown } | undefined;
  return typeof body?.location === 'string' ? body.location : 'http://elsewhere.example.test/';
}

/** A body that is a string is sent as it is, anything else as JSON. */
function sendScripted(response: ServerResponse, fault: Fault): number {
  const status = fault.status ?? 500;
  const { headers } = fault;
  if (typeof fault.body === 'string') {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(fault.body);
    return status;
  }
  const standard = { code: status, data: null, message: 'Scripted failure' };
  sendJson(response, { status, body: fault.body === undefined ? standard : fault.body, headers });
  return status;
}

/**
 * Spoils one answer as the fault says. `answer` is what the vendor would have said; faults without
 * effect ignore it. Resolves to the status that was sent, or null when none was.
 */
export async function deliverFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<number | null> {
  switch (fault.kind) {
    case 'hang':
    case 'effect-then-hang':
      return null;
    case 'reset':
    case 'effect-then-reset':
      request.socket.resetAndDestroy();
      return null;
    case 'cut':
      sendHalf(response, answer);
      return answer.status;
    case 'slow':
      void sendSlowly(response, answer, fault.delayMs ?? 1000);
      return answer.status;
    case 'delay':
      await wait(fault.delayMs ?? 1000, undefined, { ref: false });
      sendJson(response, answer);
      return answer.status;
    case 'huge':
      sendHuge(response);
      return 200;
    case 'garbage':
      sendText(response, 200, 'application/json', garbageText(fault.variant ?? 'wrong-types'));
      return 200;
    case 'html':
      sendText(response, fault.status ?? 502, 'text/html', HTML_PAGE);
      return fault.status ?? 502;
    case 'redirect':
      response.writeHead(fault.status ?? 307, { location: redirectTarget(fault) }).end();
      return fault.status ?? 307;
    case 'status':
      return sendScripted(response, fault);
  }
}
