import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * What would hold up a server that closes although nobody waits for an answer there: connections
 * over which nothing has come yet, which browsers open in advance, and those that are kept after
 * the answer to a call that was in flight.
 */
export class LeavingConnections {
  private readonly sockets = new Set<Socket>();
  private readonly answers = new Set<ServerResponse>();
  private isLeaving = false;

  constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    // Before whoever answers: an answer may be given within the same event.
    server.prependListener('request', (_request, answer) => {
      if (this.isLeaving) endWith(answer);
      this.answers.add(answer);
      answer.once('close', () => this.answers.delete(answer));
    });
  }

  /** From now on an answer ends its connection, also to a call that is in flight. */
  leave(): void {
    this.isLeaving = true;
    for (const answer of this.answers) endWith(answer);
    this.endIdle();
  }

  /**
   * Ends those over which still nothing has come and those that were kept; a request that is
   * arriving or being answered is left alone.
   */
  endIdle(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
    this.server.closeIdleConnections();
  }
}

/** One whose head is under way already says that its connection is kept; `endIdle` finds it later. */
function endWith(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('Connection', 'close');
}
