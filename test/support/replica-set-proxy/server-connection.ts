import { connect, type Socket } from 'node:net';
import { type Message, MessageReader } from './messages.js';

interface Waiting {
  readonly resolve: (answer: Message) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to the database behind the proxy, for one client. */
export class ServerConnection {
  private readonly socket: Socket;
  private readonly reader = new MessageReader();
  private readonly waiting = new Map<number, Waiting>();
  private isLeaving = false;
  /** Called when it has ended, whoever ended it. */
  onClose: () => void = () => undefined;

  constructor(port: number, host: string) {
    this.socket = connect(port, host);
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.fail());
  }

  /** @throws Error when the connection ends before the answer */
  ask(message: Buffer): Promise<Message> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) {
        reject(new Error('The database is away.'));
        return;
      }
      this.waiting.set(message.readInt32LE(4), { resolve, reject });
      this.socket.write(message);
    });
  }

  /** Sends what has no answer. */
  tell(message: Buffer): void {
    if (!this.socket.destroyed) this.socket.write(message);
  }

  /** Ends when what was asked is answered: a server goes on with a write whose client is gone. */
  leave(): void {
    this.isLeaving = true;
    if (this.waiting.size === 0) this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    for (const answer of this.reader.read(chunk)) {
      this.waiting.get(answer.responseTo)?.resolve(answer);
      this.waiting.delete(answer.responseTo);
    }
    if (this.isLeaving) this.leave();
  }

  private fail(): void {
    for (const { reject } of this.waiting.values()) reject(new Error('The database went away.'));
    this.waiting.clear();
    this.onClose();
  }
}
