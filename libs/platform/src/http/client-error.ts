import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors/app-error.js';
import { errorBody } from '../errors/error-body.js';
import type { ErrorTable } from '../errors/error-table.js';
import { haltWhereRefused, isHalted } from './unasked-body.js';

const CODES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** The answers of a connection behind which more may come, and those behind which nothing may. */
const ANSWERS = Symbol('answers');

type Carrier = Socket & { [ANSWERS]?: ServerResponse[] };

/**
 * Answers what Node's HTTP parser refuses with our error body instead of an empty one. A request
 * that has its answer already, and then goes on wrongly, gets no second one.
 */
export function answerClientErrors(server: Server, errors: ErrorTable): void {
  // Whoever expects an answer before its body comes by another event (`fast-express.adapter.ts`).
  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) {
    server.prependListener(event, ({ socket }, response) => {
      const carrier: Carrier = socket;
      const answers = (carrier[ANSWERS] ??= []);
      // They are given in order; going through all of them for each of thousands took long.
      while (answers[0]?.writableFinished && !isLast(answers[0])) answers.shift();
      answers.push(response);
    });
  }
  server.on('connection', haltWhereRefused);
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    if (isHalted(error, socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    // Opened ahead of its need: what is said here would be taken for the answer to the first
    // request, which may be on its way.
    if (socket.bytesRead === 0) {
      socket.end();
      return;
    }
    if ((socket as Carrier)[ANSWERS]?.some(isLast)) {
      socket.end();
      return;
    }
    const requestId = randomUUID();
    const code = CODES[error.code ?? ''] ?? 'bad_request';
    const body = errorBody(new AppError(code), errors, requestId);
    const json = JSON.stringify(body);
    socket.end(
      [
        `HTTP/1.1 ${body.status} ${body.title}`,
        'Content-Type: application/problem+json',
        `Content-Length: ${Buffer.byteLength(json)}`,
        `X-Request-Id: ${requestId}`,
        'Cache-Control: no-store',
        'X-Content-Type-Options: nosniff',
        'Connection: close',
        '',
        json,
      ].join('\r\n'),
    );
  });
}

/** Whether an answer has begun behind which nothing more may come on its connection. */
function isLast(answer: ServerResponse): boolean {
  if (!answer.headersSent) return false;
  return !answer.writableEnded || answer.getHeader('connection') === 'close';
}
