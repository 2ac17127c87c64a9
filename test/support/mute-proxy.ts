import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** OP_MSG, what all but the first words on a connection are. */
const OP_MSG = 2_013;

/** Where the command's name begins in an OP_MSG: behind header, flags, kind, length and type. */
const NAME_AT = 26;

function commandOf(message: Buffer): string {
  if (message.readInt32LE(12) !== OP_MSG) return 'hello';
  return message.toString('latin1', NAME_AT, message.indexOf(0, NAME_AT));
}

/** What answers wait for, and which never come. */
interface Muteness {
  /** The server gets and serves the command; its answer is swallowed, as is all behind it. */
  isMute(command: string): boolean;
  /** How long an answer to it waits. */
  delayMs(command: string): number;
}

const TALKATIVE: Muteness = { isMute: () => false, delayMs: () => 0 };

/**
 * Stands in front of a database and swallows the answers to some commands. What the driver asks on
 * connections of its own, to see whether a server is there, is answered as ever: such a server stays
 * selected.
 */
export class MuteProxy {
  private muteness: Muteness = TALKATIVE;
  /** Names of the commands whose answers were swallowed, in the order they came. */
  readonly swallowed: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly target: URL) {
    this.server = createServer((client) => this.relay(client));
  }

  /** @param uri of the database */
  static async open(uri: string): Promise<MuteProxy> {
    const proxy = new MuteProxy(new URL(uri));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same database by way of this proxy, and never by the address that the server says it has. */
  get uri(): string {
    const uri = new URL(this.target);
    uri.port = String((this.server.address() as AddressInfo).port);
    uri.searchParams.set('directConnection', 'true');
    return uri.href;
  }

  /** From now on these commands get no answer; without a name none that is about records does. */
  mute(...commands: string[]): void {
    const isMute = (command: string): boolean =>
      commands.length === 0 ? command !== 'hello' : commands.includes(command);
    this.muteness = { ...TALKATIVE, isMute };
  }

  /** Each answer to this command waits so long. */
  delay(command: string, delayMs: number): void {
    this.muteness = { ...TALKATIVE, delayMs: (each) => (each === command ? delayMs : 0) };
  }

  /** Everything is answered again; connections that lost an answer stay without one. */
  heal(): void {
    this.muteness = TALKATIVE;
    this.swallowed.length = 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private relay(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    let isMuted = false;
    let delayMs = 0;
    let leftBytes = 0;
    this.join(client, server, (chunk) => {
      if (leftBytes <= 0) {
        leftBytes = chunk.readInt32LE(0);
        const command = commandOf(chunk);
        isMuted ||= this.muteness.isMute(command);
        delayMs = this.muteness.delayMs(command);
        if (isMuted) this.swallowed.push(command);
      }
      leftBytes -= chunk.length;
      server.write(chunk);
    });
    this.join(server, client, (chunk) => {
      if (isMuted) return;
      if (delayMs === 0) client.write(chunk);
      else setTimeout(() => client.destroyed || client.write(chunk), delayMs);
    });
  }

  private join(from: Socket, to: Socket, onData: (chunk: Buffer) => void): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('data', onData);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
