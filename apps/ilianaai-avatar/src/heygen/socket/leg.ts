import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { asSent, CLOSE, ending, type Ending } from './close-codes.js';
import { FrameReader, type FrameSink } from './frame-reader.js';
import { closeFrame, controlFrame, OPCODE, type Sender } from './frames.js';

/** Most that waits to be sent on a leg before the other one is paused. */
const MAX_QUEUED_BYTES = 1024 * 1024;

/** How long an end has to finish closing before it is cut. */
const CLOSE_WAIT_MS = 10_000;

/** Pings in a row without a sign of life after which an end counts as lost. */
const MISSED_PINGS = 2;

/** Made once: thousands of idle sessions are pinged each few seconds. */
const PING_PAYLOAD = randomBytes(8);
const PINGS: Readonly<Record<Sender, Buffer>> = {
  client: controlFrame(OPCODE.ping, PING_PAYLOAD, 'client'),
  server: controlFrame(OPCODE.ping, PING_PAYLOAD, 'server'),
};

/** Why a leg is not read for a while. */
export type PauseReason = 'early' | 'peer-full' | 'rate';

/** What a leg tells the bridge it belongs to. */
export interface LegOwner {
  pass(leg: Leg, pieces: readonly Buffer[], frames: number): void;
  wants(leg: Leg, opcode: number, firstByte: number): boolean;
  message(leg: Leg, opcode: number, payload: Buffer): void;
  /** The leg is over: closed properly, failed by its sender, or lost. Told once. */
  ended(leg: Leg, how: 'closed' | 'failed' | 'lost', ending: Ending): void;
  /** There is room again after `write` said that there was none. */
  drained(leg: Leg): void;
  /** The connection is gone. Told once, after `ended`. */
  gone(leg: Leg): void;
}

/** One of the two connections of a relayed socket. */
export class Leg implements FrameSink {
  readonly pingPayload = PING_PAYLOAD;
  /** The close frame that the other side has sent. */
  said: Ending | null = null;
  private readonly reader: FrameReader;
  private readonly us: Sender;
  private readonly pauses = new Set<PauseReason>();
  private isAlive = true;
  private missedPings = 0;
  private hasEnded = false;
  private hasSentClose = false;
  private cut: NodeJS.Timeout | undefined;

  /** @param them whose frames arrive here */
  constructor(
    private readonly socket: Socket,
    readonly them: Sender,
    private readonly owner: LegOwner,
  ) {
    this.us = them === 'client' ? 'server' : 'client';
    this.reader = new FrameReader(them, this);
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.on('drain', () => this.owner.drained(this));
    socket.on('end', () => this.lost());
    // An error is followed by the close, which is what counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(this.cut);
      this.lost();
      this.owner.gone(this);
    });
  }

  /** @param head bytes that came with the handshake */
  begin(head: Buffer): void {
    const push = (bytes: Buffer): void => {
      this.isAlive = true;
      this.reader.push(bytes);
    };
    // One that went away during the handshake has told so already.
    if (this.socket.destroyed) return void setImmediate(() => this.socket.emit('close'));
    if (head.length > 0) push(head);
    // So has one that said meanwhile that nothing more comes.
    if (this.socket.readableEnded) return void setImmediate(() => this.lost());
    this.socket.on('data', push);
  }

  /** Whether frames of the other leg can still be sent here. */
  get isWritable(): boolean {
    return !this.hasSentClose && this.socket.writable;
  }

  /** @returns whether the other leg may go on; if not, `drained` follows */
  write(pieces: readonly Buffer[]): boolean {
    if (pieces.length > 1) this.socket.cork();
    for (const piece of pieces) this.socket.write(piece);
    if (pieces.length > 1) this.socket.uncork();
    return this.hasRoom;
  }

  private get hasRoom(): boolean {
    return this.socket.writableLength <= MAX_QUEUED_BYTES;
  }

  pause(reason: PauseReason): void {
    if (this.hasSentClose) return;
    this.pauses.add(reason);
    this.socket.pause();
  }

  resume(reason: PauseReason): void {
    if (!this.pauses.delete(reason) || this.pauses.size > 0) return;
    this.isAlive = true;
    this.socket.resume();
  }

  /** To be called each ping interval: looks for a sign of life since the last time, and asks for one. */
  tick(): void {
    if (this.hasEnded || this.hasSentClose) return;
    // An end that is not read cannot be heard, and one with a full queue has not got the ping: the
    // first is not to blame, the second has a time limit of its own.
    const isExcused = this.pauses.size > 0 || !this.hasRoom;
    this.missedPings = this.isAlive || isExcused ? 0 : this.missedPings + 1;
    this.isAlive = false;
    if (this.missedPings >= MISSED_PINGS) this.socket.destroy();
    else this.socket.write(PINGS[this.us]);
  }

  /** Tells the other side that it is over, once, and ends the connection when it agrees. */
  close(wanted: Ending): void {
    if (this.isWritable) {
      const { code, reason } = asSent(wanted);
      this.socket.write(closeFrame(code, reason, this.us));
    }
    this.hasSentClose = true;
    this.pauses.clear();
    this.socket.resume();
    this.cutLater();
    if (this.hasEnded) this.socket.end();
  }

  pass(pieces: readonly Buffer[], frames: number): void {
    this.owner.pass(this, pieces, frames);
  }

  wants(opcode: number, firstByte: number): boolean {
    return this.owner.wants(this, opcode, firstByte);
  }

  message(opcode: number, payload: Buffer): void {
    this.owner.message(this, opcode, payload);
  }

  closed(said: Ending): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.said = said;
    this.owner.ended(this, 'closed', said);
    if (this.hasSentClose) this.socket.end();
    // A peer that is asked for its own close frame gets as long as any other.
    this.cutLater();
  }

  failed(why: Ending): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.close(why);
    this.owner.ended(this, 'failed', why);
  }

  /** Nobody waits for a connection that is gone. */
  private cutLater(): void {
    if (this.socket.destroyed) return;
    this.cut ??= setTimeout(() => this.socket.destroy(), CLOSE_WAIT_MS);
  }

  private lost(): void {
    // Who has said goodbye and sends nothing more may still wait for our answer to it.
    if (this.said && !this.hasSentClose) return;
    if (!this.socket.destroyed) this.socket.end();
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.socket.destroy();
    this.owner.ended(this, 'lost', ending(CLOSE.lost, ''));
  }
}
