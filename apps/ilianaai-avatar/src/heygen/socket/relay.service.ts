import { Injectable } from '@nestjs/common';
import { Lifecycle, rateLimited } from '#platform';
import { randomUUID } from 'node:crypto';
import { AvatarConfig } from '../../config/avatar-config.js';
import { AvatarError } from '../../errors.js';
import { LiveWords } from '../../turns/live-words.service.js';
import { HeyGenClient } from '../vendor/heygen.client.js';
import { Bridge, type OpenedSocket } from './bridge.js';
import { CLOSE } from './close-codes.js';
import type { Admission } from './relay-admission.service.js';
import { SocketPresence } from './socket-presence.service.js';
import type { SocketQuery } from './socket-query.js';
import { SocketSession } from './socket-session.js';
import { TickWheel } from './tick-wheel.js';
import { WordsRoom } from './words-queue.js';

/** Most sockets of one session: a visitor has one, and another for a moment when it reconnects. */
const MAX_SOCKETS_PER_SESSION = 4;

/** How long a refused one waits: a socket that is gone is noticed within some pings. */
const RETRY_SECONDS = 10;

/** The sockets of this replica that are open, or whose words are still to be stored. */
@Injectable()
export class RelayService {
  private readonly bridges = new Set<Bridge>();
  /** Sockets by session, those included that are being opened. */
  private readonly counts = new Map<string, number>();
  private readonly room = new WordsRoom();
  private readonly wheel: TickWheel;
  private onEmpty: (() => void) | null = null;

  constructor(
    private readonly config: AvatarConfig,
    private readonly heyGen: HeyGenClient,
    private readonly words: LiveWords,
    private readonly presence: SocketPresence,
    private readonly lifecycle: Lifecycle,
  ) {
    this.wheel = new TickWheel(config.relay.pingSeconds * 1000);
  }

  get size(): number {
    return this.bridges.size;
  }

  /**
   * Says that the visitor is there, and gets ready to relay.
   * @returns what relays the socket once it has been accepted
   * @throws AvatarError `session_ended`, `rate_limited` for one socket of a session too many
   */
  async prepare(
    { session, vendorToken }: Admission,
    query: SocketQuery,
  ): Promise<(accepted: OpenedSocket) => void> {
    const socketId = randomUUID();
    this.countIn(session.id);
    const held = await this.presence.begin(session, socketId).catch((error: unknown) => {
      this.countOut(session.id);
      throw error;
    });
    if (!held) {
      this.countOut(session.id);
      throw new AvatarError('session_ended');
    }
    return (accepted) => {
      const socket = {
        session: held,
        socketId,
        sessionEnded: () => bridge.close(CLOSE.normal, 'session ended'),
        over: once(() => this.countOut(session.id)),
        stored: () => this.remove(bridge),
        room: this.room,
        drain: this.lifecycle.drainSignal,
      };
      const listener = new SocketSession(socket, this.words, this.presence);
      const bridge = new Bridge(accepted, this.config.relay, listener, this.wheel);
      this.bridges.add(bridge);
      const vendorQuery = query.withToken(vendorToken);
      void bridge.connect((signal) => this.heyGen.openSocket(vendorQuery, signal));
    };
  }

  /** Closes every socket: this replica goes, another one takes the visitor when it comes back. */
  async closeAll(): Promise<void> {
    for (const bridge of this.bridges) bridge.close(CLOSE.restart, 'restarting');
    if (this.bridges.size === 0) return;
    await new Promise<void>((resolve) => {
      this.onEmpty = resolve;
    });
  }

  /** @throws AvatarError `rate_limited` */
  private countIn(sessionId: string): void {
    const count = this.counts.get(sessionId) ?? 0;
    if (count >= MAX_SOCKETS_PER_SESSION) {
      throw rateLimited({ what: 'sockets of this session', advice: '' }, RETRY_SECONDS);
    }
    this.counts.set(sessionId, count + 1);
  }

  private countOut(sessionId: string): void {
    const count = (this.counts.get(sessionId) ?? 0) - 1;
    if (count > 0) this.counts.set(sessionId, count);
    else this.counts.delete(sessionId);
  }

  private remove(bridge: Bridge): void {
    this.bridges.delete(bridge);
    if (this.bridges.size === 0) this.onEmpty?.();
  }
}

/** A socket may be said to be over more than once. */
function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
