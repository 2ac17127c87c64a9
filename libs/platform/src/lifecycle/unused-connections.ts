import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections over which nothing has come yet. Browsers open such ones in advance; a server that
 * closes waits for them, although nobody waits for an answer there.
 */
export class UnusedConnections {
  private readonly sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Ends those over which still nothing has come; a request that is arriving is left alone. */
  destroy(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
