import { Room, RoomEvent } from '@livekit/rtc-node';
import { deleteRoom, joinToken, type RoomServer } from './room.access.js';
import { AvatarMedia } from './room.media.js';

/** A HeyGen session's room: one avatar with picture and voice, whose words are data (reference 4.7). */
export class StreamRoom {
  private readonly avatar = new Room();
  /** Until when the last words take, by the simulator's estimate of a voice. */
  private speaksUntilMs = 0;
  private readonly media = new AvatarMedia(() => performance.now() < this.speaksUntilMs);

  constructor(
    private readonly server: RoomServer,
    private readonly sessionId: string,
    /** What the visitor typed, over LiveKit's transport. */
    private readonly typed: (text: string) => void,
  ) {}

  /** @throws Error when the server cannot be reached */
  async open(): Promise<void> {
    this.avatar.on(RoomEvent.DataReceived, (payload) => {
      const text = readTyped(payload);
      if (text !== null) this.typed(text);
    });
    const token = joinToken(this.server, this.sessionId, 'heygen');
    await this.avatar.connect(this.server.url, token, { autoSubscribe: false, dynacast: true });
    const { localParticipant } = this.avatar;
    if (localParticipant) await this.media.publish(localParticipant);
  }

  /** Sends an event to everybody in the room. */
  send(event: Record<string, unknown>): void {
    const { duration_ms: durationMs } = event;
    if (typeof durationMs === 'number') this.speaksUntilMs = performance.now() + durationMs;
    const data = new TextEncoder().encode(JSON.stringify(event));
    // The room may have gone away; then nobody is there to be told.
    this.avatar.localParticipant?.publishData(data, { reliable: true }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.avatar.disconnect().catch(() => undefined);
    await this.media.close();
    await deleteRoom(this.server, this.sessionId).catch(() => undefined);
  }
}

/** The SDK sends text as a JSON string, and its push-to-talk commands too, which are no words. */
function readTyped(payload: Uint8Array): string | null {
  try {
    const read: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof read === 'string' && !read.startsWith('push_to_talk:') ? read : null;
  } catch {
    return null;
  }
}
