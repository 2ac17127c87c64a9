import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientConnection } from './client-connection.js';
import { FaultPlan } from './faults.js';
import { Member, SET_NAME } from './member.js';
import { ServerConnection } from './server-connection.js';
import { WrittenAnswers } from './written-answers.js';

export interface ReplicaSetOptions {
  /** News of the member comes unasked when missing; otherwise a driver asks now and then. */
  readonly isStreaming?: boolean;
  /** Nobody can connect until `appear`. */
  readonly isAway?: boolean;
}

const HOST = '127.0.0.1';

/**
 * Makes one database look like the replica set `rs0` with one member: writes that are repeated are
 * done once, elections are held, and answers are lost or refused. What it stores lies in the
 * database behind it, which knows nothing of that.
 */
export class ReplicaSetProxy {
  readonly faults = new FaultPlan();
  private readonly member: Member;
  private readonly written = new WrittenAnswers();
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly servers = new Set<ServerConnection>();
  private isAway: boolean;

  private constructor(
    private readonly databasePort: number,
    { isStreaming = true, isAway = false }: ReplicaSetOptions,
  ) {
    this.member = new Member(isStreaming);
    this.isAway = isAway;
    this.server = createServer((socket) => this.welcome(socket));
  }

  /** @param databaseUri of a server on this machine */
  static async open(
    databaseUri: string,
    options: ReplicaSetOptions = {},
  ): Promise<ReplicaSetProxy> {
    const proxy = new ReplicaSetProxy(Number(new URL(databaseUri).port), options);
    await new Promise<void>((resolve) => proxy.server.listen(0, HOST, resolve));
    return proxy;
  }

  /** Without a database's name. */
  get uri(): string {
    return `mongodb://${this.address}/?replicaSet=${SET_NAME}`;
  }

  get isPrimary(): boolean {
    return this.member.isPrimary && !this.isAway;
  }

  /**
   * Holds an election: everybody is cut off, and nobody is primary for so long.
   * @param clockAheadMs how far the clock of the next primary is ahead of this machine's
   * @returns when there is a primary again
   */
  async elect(ms: number, clockAheadMs = 0): Promise<void> {
    this.stepDown();
    await delay(ms);
    this.stepUp(clockAheadMs);
  }

  /** The beginning of an election; its end is up to the caller. */
  stepDown(): void {
    this.member.stepDown();
    this.cutOff();
  }

  stepUp(clockAheadMs = 0): void {
    this.member.replace(clockAheadMs);
  }

  /** Nobody can connect any more, as when the server is not there. */
  disappear(): void {
    this.isAway = true;
    this.cutOff();
  }

  appear(): void {
    this.isAway = false;
  }

  /** The primary's clock, as answers of `hello` show it, jumps. */
  jumpClock(ms: number): void {
    this.member.clockAheadMs += ms;
  }

  /** Takes back everything that was done to it. */
  heal(): void {
    this.faults.clear();
    this.member.clockAheadMs = 0;
    this.appear();
    if (!this.member.isPrimary) this.stepUp();
  }

  async close(): Promise<void> {
    this.cutOff();
    for (const server of this.servers) server.close();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get address(): string {
    return `${HOST}:${(this.server.address() as AddressInfo).port}`;
  }

  private cutOff(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  private welcome(socket: Socket): void {
    if (this.isAway) {
      socket.resetAndDestroy();
      return;
    }
    const server = new ServerConnection(this.databasePort, HOST);
    this.sockets.add(socket);
    this.servers.add(server);
    socket.once('close', () => this.sockets.delete(socket));
    server.onClose = () => {
      this.servers.delete(server);
      socket.destroy();
    };
    const { address, member, faults, written } = this;
    // oxlint-disable-next-line no-new -- It lives as long as its socket.
    new ClientConnection(socket, server, { address, member, faults, written });
  }
}
