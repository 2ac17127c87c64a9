import { Injectable } from '@nestjs/common';
import type { LivesDto } from '#contracts';
import { noteSession, type RequestContext } from '#platform';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { AvatarError } from '../errors.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import { type Found, foundLives, MAX_LIVES } from './found-lives.js';
import { traceNamedBy } from './life-names.js';
import { toLife } from './life.mapper.js';

/** The whole lives of sessions, by any of their ids. */
@Injectable()
export class LifeService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  /**
   * The sessions that an id names, in any state.
   * @param notes of the request, which is about one where it names no other
   * @throws AvatarError `not_found` where it names none
   */
  async find(id: string, notes?: RequestContext): Promise<LivesDto> {
    const { lives, more } = foundLives(await this.sessionsOf(id));
    const [first, ...others] = lives;
    if (!first) throw unknownId();
    if (others.length === 0) noteSession(notes, first[0]);
    const now = this.clock.now();
    const { budgets } = this.config;
    return {
      items: lives.map(([session, match]) => toLife(session, match, now, budgets)),
      more,
    };
  }

  /** Of a conversation and a trace one more than are shown. */
  private async sessionsOf(id: string): Promise<Found> {
    const named = traceNamedBy(id);
    const limit = MAX_LIVES + 1;
    const [own, vendor, conversation, trace] = await Promise.all([
      this.sessions.findById(id),
      this.sessions.listByVendorIds([id]),
      this.sessions.listNewestOf('conversationId', id, limit),
      named === null ? [] : this.sessions.listNewestOf('traceId', named, limit),
    ]);
    return { id: own ? [own] : [], vendor, conversation, trace };
  }
}

function unknownId(): AvatarError {
  const advice =
    " No session is known by this id. One whose words are deleted, or erased, is found by its own id and the vendor's only.";
  return new AvatarError('not_found', { params: { advice } });
}
