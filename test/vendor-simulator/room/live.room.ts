import { Room, RoomEvent } from '@livekit/rtc-node';
import { setTimeout as wait } from 'node:timers/promises';
import { deleteRoom, joinToken, type RoomServer } from './room.access.js';
import { AvatarMedia } from './room.media.js';
import { Speech, envelope, sendHeard, type SendEvent } from './room.speech.js';

/** A command of the visitor's page, read from `agent-control`. */
export interface RoomCommand {
  readonly eventId: string | null;
  readonly eventType: string;
  readonly text: string;
}

/** What a room tells the vendor. */
export interface RoomListener {
  visitorJoined(): void;
  visitorLeft(): void;
  commanded(command: RoomCommand): void;
}

const CONTROL_TOPIC = 'agent-control';
const RESPONSE_TOPIC = 'agent-response';

/** Time for the last event to reach the visitor before everybody is put out. */
const LAST_WORDS_MS = 200;

/** One session's room: the avatar's picture and voice as `heygen`, its mind as the agent. */
export class LiveRoom {
  private readonly avatar = new Room();
  private readonly agent = new Room();
  private readonly media = new AvatarMedia(() => this.speech.isSpeaking);
  private readonly send: SendEvent = (eventType, sourceEventId, members) =>
    this.publish(envelope(this.sessionId, eventType, sourceEventId, members));
  private readonly speech = new Speech(this.send);

  constructor(
    private readonly server: RoomServer,
    private readonly sessionId: string,
    private readonly visitor: string,
    private readonly listener: RoomListener,
  ) {}

  /** @throws Error when the server cannot be reached */
  async open(): Promise<void> {
    this.listen();
    const join = (room: Room, identity: string, autoSubscribe: boolean): Promise<void> =>
      room.connect(this.server.url, joinToken(this.server, this.sessionId, identity), {
        autoSubscribe,
        dynacast: true,
      });
    // The agent first: a visitor speaks as soon as both are there, and what is said before the
    // agent's connection stands is lost.
    await join(this.agent, `liveavatar-agent-${this.sessionId}`, true);
    await join(this.avatar, 'heygen', false);
    await this.publishMedia();
    if (this.agent.remoteParticipants.has(this.visitor)) this.listener.visitorJoined();
  }

  say(text: string, sourceEventId: string | null): void {
    this.speech.say({ text, sourceEventId });
  }

  hear(text: string, sourceEventId: string | null): void {
    sendHeard(this.send, text, sourceEventId);
  }

  /** Stops the avatar; it stays in the room. */
  interrupt(): void {
    this.speech.interrupt();
  }

  answer(eventType: string, sourceEventId: string | null): void {
    this.send(eventType, sourceEventId);
  }

  /** Tells the visitor why, then closes the room for everybody. */
  async close(reason: string): Promise<void> {
    // The SDK reads `stop_reason`, the vendor's guide says `end_reason` (reference 3.1).
    this.send('session.stopped', null, { stop_reason: reason, end_reason: reason });
    this.speech.interrupt();
    await wait(LAST_WORDS_MS);
    await Promise.allSettled([this.avatar.disconnect(), this.agent.disconnect()]);
    await this.media.close();
    await deleteRoom(this.server, this.sessionId).catch(() => undefined);
  }

  private async publishMedia(): Promise<void> {
    const { localParticipant } = this.avatar;
    if (localParticipant) await this.media.publish(localParticipant);
  }

  private listen(): void {
    this.agent.on(RoomEvent.ParticipantConnected, ({ identity }) => {
      if (identity === this.visitor) this.listener.visitorJoined();
    });
    this.agent.on(RoomEvent.ParticipantDisconnected, ({ identity }) => {
      if (identity === this.visitor) this.listener.visitorLeft();
    });
    // The agent hears in text; decoding what others publish would cost a processor for nothing.
    this.agent.on(RoomEvent.TrackSubscribed, (_track, publication) => {
      publication.setSubscribed(false);
    });
    this.agent.on(RoomEvent.DataReceived, (payload, participant, _kind, topic) => {
      // Words may overtake the news of who has come; only the visitor uses this topic.
      const isVisitor = participant === undefined || participant.identity === this.visitor;
      if (topic !== CONTROL_TOPIC || !isVisitor) return;
      const command = readCommand(payload);
      if (command !== null) this.listener.commanded(command);
    });
  }

  private publish(event: Record<string, unknown>): void {
    const data = new TextEncoder().encode(JSON.stringify(event));
    const options = { reliable: true, topic: RESPONSE_TOPIC };
    // The room may have gone away; then nobody is there to be told.
    this.agent.localParticipant?.publishData(data, options).catch(() => undefined);
  }
}

function readCommand(payload: Uint8Array): RoomCommand | null {
  try {
    const read = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
    const { event_id: id, event_type: type, text } = read;
    if (typeof type !== 'string') return null;
    return {
      eventId: typeof id === 'string' ? id : null,
      eventType: type,
      text: typeof text === 'string' ? text : '',
    };
  } catch {
    return null;
  }
}
