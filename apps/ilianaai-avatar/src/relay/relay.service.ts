import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { StreamWords } from '../streaming/stream-words.service.js';
import { HeyGenClient } from '../vendors/heygen/heygen.client.js';
import { Bridge, type OpenedSocket } from './bridge.js';
import { CLOSE } from './close-codes.js';
import type { Admission } from './relay-admission.service.js';
import { SocketPresence } from './socket-presence.service.js';
import type { SocketQuery } from './socket-query.js';
import { SocketSession } from './socket-session.js';
import { TickWheel } from './tick-wheel.js';

/** The sockets of this replica that are open. */
@Injectable()
export class RelayService {
  private readonly bridges = new Set<Bridge>();
  private readonly wheel: TickWheel;
  private onEmpty: (() => void) | null = null;

  constructor(
    private readonly config: AvatarConfig,
    private readonly heyGen: HeyGenClient,
    private readonly words: StreamWords,
    private readonly presence: SocketPresence,
  ) {
    this.wheel = new TickWheel(config.relay.pingSeconds * 1000);
  }

  get size(): number {
    return this.bridges.size;
  }

  /**
   * Says that the visitor is there, and gets ready to relay.
   * @returns what relays the socket once it has been accepted
   * @throws AvatarError `session_ended`
   */
  async prepare(
    { session, vendorToken }: Admission,
    query: SocketQuery,
  ): Promise<(accepted: OpenedSocket) => void> {
    const socketId = randomUUID();
    const held = await this.presence.begin(session, socketId);
    if (!held) throw new AvatarError('session_ended');
    return (accepted) => {
      const listener = new SocketSession(held, socketId, this.words, this.presence, {
        sessionEnded: () => bridge.close(CLOSE.normal, 'session ended'),
        over: () => this.remove(bridge),
      });
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

  private remove(bridge: Bridge): void {
    this.bridges.delete(bridge);
    if (this.bridges.size === 0) this.onEmpty?.();
  }
}
