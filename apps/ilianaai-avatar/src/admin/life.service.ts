import { Injectable } from '@nestjs/common';
import type { LifeMatch, LivesDto } from '#contracts';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { AvatarError } from '../errors.js';
import type { Session } from '../sessions/domain/session.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import { traceNamedBy } from './life-names.js';
import { toLife } from './life.mapper.js';

/** Lives that are shown of one id. */
const MAX_LIVES = 50;

/** The whole lives of sessions, by any of their ids. */
@Injectable()
export class LifeService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  /**
   * The newest sessions that an id names, in any state.
   * @throws AvatarError `not_found` where it names none
   */
  async find(id: string): Promise<LivesDto> {
    const found = await this.sessionsOf(id);
    if (found.length === 0) throw unknownId();
    const now = this.clock.now();
    const newest = found.toSorted(([one], [other]) => byAge(other, one)).slice(0, MAX_LIVES);
    return {
      items: newest.map(([session, match]) => toLife(session, match, now, this.config.budgets)),
      more: found.length > MAX_LIVES,
    };
  }

  /** Each session once, with the first of its ids that it was found by; one more than are shown. */
  private async sessionsOf(id: string): Promise<[Session, LifeMatch][]> {
    const trace = traceNamedBy(id);
    const limit = MAX_LIVES + 1;
    const [own, ofVendor, ofConversation, ofTrace] = await Promise.all([
      this.sessions.findById(id),
      this.sessions.listByVendorIds([id]),
      this.sessions.listNewestOf('conversationId', id, limit),
      trace === null ? [] : this.sessions.listNewestOf('traceId', trace, limit),
    ]);
    const found = [
      ...(own ? [own] : []).map((session) => [session, 'id'] as const),
      ...ofVendor.map((session) => [session, 'vendor'] as const),
      ...ofConversation.map((session) => [session, 'conversation'] as const),
      ...ofTrace.map((session) => [session, 'trace'] as const),
    ];
    const matches = new Map<string, [Session, LifeMatch]>();
    for (const [session, match] of found) {
      if (!matches.has(session.id)) matches.set(session.id, [session, match]);
    }
    return [...matches.values()];
  }
}

function byAge(one: Session, other: Session): number {
  return one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1);
}

function unknownId(): AvatarError {
  const advice =
    " No session is known by this id. One whose words are deleted, or erased, is found by its own id and the vendor's only.";
  return new AvatarError('not_found', { params: { advice } });
}
