import type { Socket } from 'node:net';
import type { RelayLimits } from '../../config/avatar-config.js';
import { CLOSE, ending, type Ending } from './close-codes.js';
import { OPCODE } from './frames.js';
import { Leg, type LegOwner } from './leg.js';
import { MessageRate } from './message-rate.js';
import type { TickWheel } from './tick-wheel.js';

/** What is held of a client until the vendor's socket is open. */
const MAX_EARLY_FRAMES = 32;
const MAX_EARLY_BYTES = 64 * 1024;

/** How long a vendor that has not accepted yet may still do so after the client's end. */
const LATE_OPENING_MS = 1_000;

/** First byte of a client's binary frame with typed text: field 1 of `pipecat.Frame`. */
const TEXT_FRAME_TAG = 0x0a;

/** What a bridge tells of its socket. */
export interface BridgeListener {
  /** An event of the vendor. */
  vendorSaid(text: Buffer): void;
  /** A frame in which a client typed. */
  clientTyped(frame: Buffer): void;
  /** Each ping interval while the socket is open. */
  ticked(): void;
  /** The client is no longer connected, or soon will not be. */
  ended(): void;
  /** Nothing more will be said. */
  over(): void;
}

export interface OpenedSocket {
  readonly socket: Socket;
  readonly head: Buffer;
}

/**
 * Relays a client's socket and the vendor's: frames as they are and in order, closing as it is
 * meant, and neither end faster than the other takes it.
 */
export class Bridge implements LegOwner {
  private readonly client: Leg;
  private vendor: Leg | null = null;
  private early: Buffer[] = [];
  private earlyFrames = 0;
  private earlyBytes = 0;
  private readonly rate: MessageRate;
  private readonly endTicks: () => void;
  private stall: NodeJS.Timeout | undefined;
  private slow: NodeJS.Timeout | undefined;
  private readonly left = new Set<Leg>();
  /** What both ends are told, once it is over. */
  private farewell: Ending | null = null;
  /** While the vendor's socket is being opened. */
  private opening: AbortController | null = null;
  private lateOpening: NodeJS.Timeout | undefined;

  constructor(
    accepted: OpenedSocket,
    private readonly limits: RelayLimits,
    private readonly listener: BridgeListener,
    wheel: TickWheel,
  ) {
    this.rate = new MessageRate(limits.messagesPerSecond, performance.now());
    this.client = new Leg(accepted.socket, 'client', this);
    this.endTicks = wheel.add(() => this.tick());
    this.client.begin(accepted.head);
  }

  /**
   * Opens the other end; a client whose other end cannot be opened is closed. A vendor that accepts
   * when the client has left is told so like any other.
   */
  async connect(open: (signal: AbortSignal) => Promise<OpenedSocket>): Promise<void> {
    if (this.farewell) return;
    this.opening = new AbortController();
    try {
      this.begin(await open(this.opening.signal));
    } catch {
      this.close(CLOSE.internal, 'the vendor cannot be reached');
    } finally {
      // What opened the socket hangs on it, for as long as the session.
      this.opening = null;
      clearTimeout(this.lateOpening);
      this.tellWhenOver();
    }
  }

  /** Ends both sides for a reason of our own. */
  close(code: number, reason: string): void {
    const said = ending(code, reason);
    this.end(said);
    this.client.close(said);
    this.vendor?.close(said);
  }

  pass(from: Leg, pieces: readonly Buffer[], frames: number): void {
    const isClient = from === this.client;
    if (isClient && !this.isWithinRate(frames)) return;
    const to = isClient ? this.vendor : this.client;
    if (to === null) return this.holdEarly(pieces, frames);
    if (to.isWritable && !to.write(pieces)) this.waitFor(from);
  }

  wants(from: Leg, opcode: number, firstByte: number): boolean {
    if (from === this.client) return opcode === OPCODE.binary && firstByte === TEXT_FRAME_TAG;
    return opcode === OPCODE.text;
  }

  message(from: Leg, _opcode: number, payload: Buffer): void {
    if (from === this.client) this.listener.clientTyped(payload);
    else this.listener.vendorSaid(payload);
  }

  ended(leg: Leg, how: 'closed' | 'failed' | 'lost', said: Ending): void {
    this.end(said);
    const other = leg === this.client ? this.vendor : this.client;
    if (other === null) return leg.close(said);
    // Who has said its own goodbye and still waits for an answer gets that one back.
    other.close(how !== 'closed' && other.said ? other.said : said);
  }

  drained(leg: Leg): void {
    const other = leg === this.client ? this.vendor : this.client;
    clearTimeout(this.stall);
    this.stall = undefined;
    other?.resume('peer-full');
  }

  gone(leg: Leg): void {
    this.left.add(leg);
    this.tellWhenOver();
  }

  private begin({ socket, head }: OpenedSocket): void {
    this.vendor = new Leg(socket, 'server', this);
    this.sendEarly(this.vendor);
    this.vendor.begin(head);
    if (this.farewell) this.vendor.close(this.farewell);
  }

  private end(farewell: Ending): void {
    if (this.farewell) return;
    this.farewell = farewell;
    this.endTicks();
    clearTimeout(this.stall);
    clearTimeout(this.slow);
    const { opening } = this;
    if (opening) this.lateOpening = setTimeout(() => opening.abort(), LATE_OPENING_MS);
    this.listener.ended();
  }

  private tellWhenOver(): void {
    const isVendorGone = this.vendor ? this.left.has(this.vendor) : this.opening === null;
    if (isVendorGone && this.left.has(this.client)) this.listener.over();
  }

  private tick(): void {
    this.client.tick();
    this.vendor?.tick();
    if (!this.farewell) this.listener.ticked();
  }

  /** Slows a hasty client down, and in the end refuses it. */
  private isWithinRate(frames: number): boolean {
    const waitMs = this.rate.take(frames, performance.now());
    if (waitMs === null) {
      this.close(CLOSE.policy, 'too many messages');
      return false;
    }
    if (waitMs > 0 && !this.farewell) {
      this.client.pause('rate');
      clearTimeout(this.slow);
      this.slow = setTimeout(() => this.client.resume('rate'), waitMs);
    }
    return true;
  }

  private holdEarly(pieces: readonly Buffer[], frames: number): void {
    if (this.farewell) return;
    this.early.push(...pieces);
    this.earlyFrames += frames;
    for (const piece of pieces) this.earlyBytes += piece.length;
    const isFull = this.earlyFrames >= MAX_EARLY_FRAMES || this.earlyBytes >= MAX_EARLY_BYTES;
    if (isFull) this.client.pause('early');
  }

  private sendEarly(vendor: Leg): void {
    vendor.write(this.early);
    this.early = [];
    this.client.resume('early');
  }

  /** The other end takes nothing: this one waits, but not for ever. */
  private waitFor(from: Leg): void {
    if (this.farewell) return;
    from.pause('peer-full');
    this.stall ??= setTimeout(
      () => this.close(CLOSE.tryLater, 'the other end takes nothing'),
      this.limits.stallSeconds * 1000,
    );
  }
}
