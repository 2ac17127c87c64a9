import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../../clock/database-clock.js';
import { forget } from '../../sessions/domain/session-moves.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { Session } from '../../sessions/domain/session.js';
import { TranscriptService } from '../../turns/transcript.service.js';
import type { UpkeepStep } from './step.js';

/**
 * Deletes turns that have no business here any more, and whose they were: Petya has them, they were
 * erased, or there never were any.
 */
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
    return this.sessions.writeAndRelease(held, (session) => {
      const patch = forget(session);
      const transcript = { ...session.transcript, ...patch.transcript };
      // A turn that came meanwhile has made it due again, which stays.
      const { nextReadAt } = session.rev === rev ? { nextReadAt: null } : transcript;
      return { ...patch, purgedAt, transcript: { ...transcript, nextReadAt } };
    });
  }
}
