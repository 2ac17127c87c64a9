import { connect, type Socket } from 'node:net';

/** One answer, as far as it is judged. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * A keep-alive connection that sends bytes made beforehand and reads one answer at a time. It costs
 * a fraction of an HTTP client, so that the measured server is the slower side.
 */
export class RawConnection {
  private readonly socket: Socket;
  private received = '';
  private onAnswer: ((answer: RawAnswer) => void) | null = null;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk: string) => this.receive(chunk));
    const fail = (): void => this.answer({ status: 0, body: '' });
    this.socket.on('error', fail).on('close', fail);
  }

  /** Sends one request; `onAnswer` is called once, with status 0 when the connection is lost. */
  send(request: Buffer, onAnswer: (answer: RawAnswer) => void): void {
    this.onAnswer = onAnswer;
    if (this.socket.destroyed) return this.answer({ status: 0, body: '' });
    this.socket.write(request);
  }

  close(): void {
    this.onAnswer = null;
    this.socket.destroy();
  }

  private receive(chunk: string): void {
    this.received += chunk;
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.received.slice(0, headEnd);
    const rest = this.received.slice(headEnd + 4);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const isWhole =
      length === undefined ? rest.endsWith('0\r\n\r\n') : rest.length >= Number(length);
    if (!isWhole) return;
    this.received = '';
    this.answer({ status: Number(head.slice(9, 12)), body: rest });
  }

  private answer(answer: RawAnswer): void {
    const { onAnswer } = this;
    this.onAnswer = null;
    onAnswer?.(answer);
  }
}
