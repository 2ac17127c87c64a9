import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { host } from '../stack/programs.js';

/** What a proxy does to what passes through it. */
export interface ProxyState {
  /** New connections are closed at once. */
  isCut: boolean;
  /** Bytes are taken and lead nowhere. */
  isBlackHole: boolean;
  /** What is asked arrives, and no answer comes back. */
  isMute: boolean;
  /** Each chunk waits so long, in both directions. */
  delayMs: number;
}

interface LostAnswer {
  readonly request: RegExp;
  readonly kind: 'reset' | 'hang';
  /** Sent in the answer's place. */
  readonly instead?: string;
}

/** A TCP proxy that can cut, delay and swallow, and lose the answer to a request that was served. */
export class FaultProxy {
  readonly state: ProxyState = {
    isCut: false,
    isBlackHole: false,
    isMute: false,
    delayMs: 0,
  };
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private lostAnswers: LostAnswer[] = [];

  private constructor(
    private readonly targetPort: number,
    private readonly targetHost: string,
  ) {
    this.server = createServer((client) => this.relay(client));
  }

  static async open(targetPort: number, targetHost = host): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort, targetHost);
    await new Promise<void>((resolve) => proxy.server.listen(0, host, resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Requests whose answers are still to be lost. */
  get waiting(): string[] {
    return this.lostAnswers.map(({ request }) => request.source);
  }

  /** The next request whose bytes match is served by the target, and its answer never arrives. */
  loseAnswer(request: RegExp, kind: LostAnswer['kind'] = 'reset'): void {
    this.lostAnswers.push({ request, kind });
  }

  /** The next request whose bytes match is served, and gets these bytes for an answer. */
  answerInstead(request: RegExp, instead: string): void {
    this.lostAnswers.push({ request, kind: 'reset', instead });
  }

  /** Everybody who is connected is reset. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Undoes every fault; connections that were disturbed are reset. */
  heal(): void {
    const { isBlackHole, isCut, isMute } = this.state;
    const wasDisturbed = isBlackHole || isCut || isMute;
    Object.assign(this.state, { isCut: false, isBlackHole: false, isMute: false, delayMs: 0 });
    this.lostAnswers = [];
    if (wasDisturbed) this.reset();
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private relay(client: Socket): void {
    if (this.state.isCut) {
      client.resetAndDestroy();
      return;
    }
    const target = connect(this.targetPort, this.targetHost);
    let lastRequest = '';
    this.join(client, target, (chunk) => {
      const isHead = /^(GET|POST|PATCH|PUT|DELETE) /.test(chunk.toString('latin1', 0, 8));
      lastRequest = isHead ? chunk.toString('latin1', 0, 600) : lastRequest;
      return true;
    });
    this.join(
      target,
      client,
      () => !this.state.isMute && this.letsPass(lastRequest, client, target),
    );
  }

  private join(from: Socket, to: Socket, letsPass: (chunk: Buffer) => boolean): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      if (this.state.isBlackHole || !letsPass(chunk)) return;
      if (this.state.delayMs === 0) to.write(chunk);
      else setTimeout(() => to.destroyed || to.write(chunk), this.state.delayMs);
    });
    from.on('error', () => to.resetAndDestroy());
    from.on('end', () => to.end());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }

  private letsPass(request: string, client: Socket, target: Socket): boolean {
    const index = this.lostAnswers.findIndex((lost) => lost.request.test(request));
    const [lost] = index === -1 ? [] : this.lostAnswers.splice(index, 1);
    if (lost === undefined) return true;
    if (lost.instead !== undefined) client.end(lost.instead);
    else if (lost.kind === 'reset') client.resetAndDestroy();
    else target.pause();
    return false;
  }
}
