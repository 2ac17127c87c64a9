import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LeavingConnections } from './leaving-connections.js';
import { listenProblem } from './listen-problem.js';

/** Where the operator's routes listen, apart from everybody's. */
export interface AdminAddress {
  readonly host: string;
  readonly port: number;
}

/** The operator's door into the same process: opened and closed with the app, by `Lifecycle`. */
export class AdminListener {
  private readonly sockets = new WeakSet<Socket>();
  private readonly connections: LeavingConnections;

  constructor(
    private readonly server: Server,
    private readonly at: AdminAddress,
  ) {
    server.on('connection', (socket) => this.sockets.add(socket));
    this.connections = new LeavingConnections(server);
  }

  /** The port it listens on, also where any free one was asked for. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Whether a request came in here. */
  owns(request: IncomingMessage): boolean {
    return this.sockets.has(request.socket);
  }

  /** @throws ConfigError where it cannot listen there */
  async open(): Promise<void> {
    const { host, port } = this.at;
    const listening = once(this.server, 'listening');
    this.server.listen(port, host);
    await listening.catch((error: unknown) => {
      throw listenProblem(error, 'ADMIN_');
    });
    new Logger('Main').log({ listening: { host, port: this.port, for: 'admin' } });
  }

  /** Takes no more connections, and waits for the answers that are under way. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.connections.leave();
    await closed;
  }

  /** Ends connections over which nobody waits. */
  endIdle(): void {
    this.connections.endIdle();
  }

  /** Ends what is under way. */
  cut(): void {
    this.server.closeAllConnections();
  }
}
