import type { HeyGenSession } from '../heygen/session.js';
import { joinToken, type RoomServer } from './room.access.js';
import type { StreamRoom } from './stream.room.js';

/** A room on a real LiveKit server for every HeyGen session that was started. */
export class StreamRooms {
  private readonly open = new Map<string, Promise<StreamRoom | null>>();

  constructor(
    private readonly server: RoomServer,
    private readonly typed: (session: HeyGenSession, text: string) => void,
  ) {}

  get publicUrl(): string {
    return this.server.publicUrl;
  }

  visitorToken(session: HeyGenSession): string {
    return joinToken(this.server, session.id, `client-${session.id}`);
  }

  /** Opens the session's room, once; the vendor's answer does not wait for it. */
  started(session: HeyGenSession): void {
    if (this.open.has(session.id)) return;
    const opening = this.enter(session);
    this.open.set(session.id, opening);
    session.listeners.add((event) => void opening.then((room) => room?.send(event)));
  }

  ended({ id }: HeyGenSession): void {
    void this.leave(id);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((id) => this.leave(id)));
  }

  private async enter(session: HeyGenSession): Promise<StreamRoom | null> {
    // Loaded here, so that a vendor without rooms needs no native part.
    const { StreamRoom } = await import('./stream.room.js');
    const room = new StreamRoom(this.server, session.id, (text) => this.typed(session, text));
    try {
      await room.open();
      return room;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      process.stderr.write(`vendor simulator: no room for ${session.id}: ${reason}\n`);
      return null;
    }
  }

  private async leave(sessionId: string): Promise<void> {
    const room = await this.open.get(sessionId);
    this.open.delete(sessionId);
    await room?.close();
  }
}
