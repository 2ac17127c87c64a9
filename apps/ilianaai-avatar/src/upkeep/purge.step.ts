import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../session-record/database-clock.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Session } from '../session-record/session.js';
import { TranscriptService } from '../transcript/transcript.service.js';
import type { UpkeepStep } from './step.js';

/** Deletes turns that have no business here any more: Petya has them, or they were erased. */
@Injectable()
export class PurgeStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly transcripts: TranscriptService,
    private readonly clock: DatabaseClock,
  ) {}

  async run(held: Session): Promise<Session | null> {
    const { rev } = held;
    await this.transcripts.remove(held);
    const purgedAt = held.purgedAt ?? this.clock.now();
    return this.sessions.settle(held, (session) => ({
      purgedAt,
      // A turn that came meanwhile has made it due again, which stays.
      ...(session.rev === rev ? { transcript: { ...session.transcript, nextReadAt: null } } : {}),
    }));
  }
}
