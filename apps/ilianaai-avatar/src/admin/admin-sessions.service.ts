import { Injectable } from '@nestjs/common';
import type {
  AdminSessionDto,
  AdminSessionPageDto,
  AdminSessionsQueryDto,
  SessionGroup,
} from '#contracts';
import { decodeCursor, encodeCursor, noteSession, pageLimit, type RequestContext } from '#platform';
import { AvatarConfig } from '../config/avatar-config.js';
import { redeliver, release } from '../delivery/delivery.service.js';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import {
  isLive,
  isOwed,
  LIVE_STATES,
  type SessionState,
} from '../sessions/domain/session-states.js';
import { type ListPage, SessionStore } from '../sessions/store/session-store.service.js';
import { operatorsWish } from '../sessions/stopped-by.js';
import { StopService } from '../sessions/stop.service.js';
import type { Session } from '../sessions/domain/session.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { toAdminSession } from './admin-session.mapper.js';

const STATES: Readonly<Record<SessionGroup, readonly SessionState[]>> = {
  live: LIVE_STATES,
  waiting: ['stopped', 'final'],
  parked: ['parked'],
};

/** What an operator may see of sessions and do to them. */
@Injectable()
export class AdminSessionsService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly stops: StopService,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  /**
   * A page of sessions, the oldest first. What is being erased waits for nobody and needs nobody: where some of
   * that is passed over, the page is the shorter.
   * @throws AppError `invalid_input` for a cursor of another list
   */
  async list(query: AdminSessionsQueryDto): Promise<AdminSessionPageDto> {
    const { accountId, group = 'live' } = query;
    const now = this.clock.now();
    const limit = pageLimit(query);
    const after = readPosition(query.cursor, nameOf(group, accountId));
    const page = { limit: limit + 1, after, accountId };
    const found = await this.sessions.listByState(STATES[group], page);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown
        .filter(({ state, erasedAt }) => isLive(state) || isOwed(state, Boolean(erasedAt)))
        .map((session) => toAdminSession(session, now)),
      nextCursor: last ? cursorBehind(last, nameOf(group, accountId)) : null,
    };
  }

  /** Ends a session with the reason `operator`. @param name whose wish it is */
  async stop(id: string, name: string | null, notes?: RequestContext): Promise<AdminSessionDto> {
    await this.stops.stop(await this.get(id, notes), operatorsWish(name));
    return toAdminSession(await this.get(id), this.clock.now());
  }

  /**
   * Sends a parked transcript again, as a version of its own.
   * @throws AvatarError `not_parked`
   */
  async release(id: string, notes?: RequestContext): Promise<AdminSessionDto> {
    const session = await this.get(id, notes);
    const now = this.clock.now();
    const released = await this.sessions.change(session, (current) => release(current, now));
    if (!released) throw new AvatarError('not_parked');
    this.worker.wake();
    return toAdminSession(released, now);
  }

  /**
   * Sends a transcript that Petya has confirmed once more.
   * @throws AvatarError `not_delivered`, `turns_gone`
   */
  async redeliver(id: string, notes?: RequestContext): Promise<AdminSessionDto> {
    const session = await this.get(id, notes);
    const now = this.clock.now();
    const after = await this.sessions.change(session, (current) => {
      const patch = redeliver(current, now, this.config.budgets);
      if (typeof patch === 'string') throw new AvatarError(patch);
      return patch;
    });
    if (!after) throw noRecord();
    this.worker.wake();
    return toAdminSession(after, now);
  }

  /** @param notes of the request, which turns out to be about it */
  private async get(id: string, notes?: RequestContext): Promise<Session> {
    const session = await this.sessions.findById(id);
    if (!session) throw noRecord();
    noteSession(notes, session);
    return session;
  }
}

function noRecord(): AvatarError {
  const advice = ' No session has this id: it is the `id` of the list, and not `sessionId`.';
  return new AvatarError('not_found', { params: { advice } });
}

/** A cursor goes on with the list that it came from, and with no other. */
type ListName = `${SessionGroup} ${string}`;

function nameOf(group: SessionGroup, accountId: string | undefined): ListName {
  return `${group} ${accountId ?? 'of all'}`;
}

function cursorBehind({ createdAt, id }: Session, list: ListName): string {
  return encodeCursor([createdAt.getTime(), id, list]);
}

function readPosition(cursor: string | undefined, list: ListName): ListPage['after'] {
  const position = decodeCursor(cursor, (read): read is [number, string, ListName] =>
    isPositionIn(list, read),
  );
  return position && { createdAt: new Date(position[0]), id: position[1] };
}

function isPositionIn(list: ListName, position: unknown): boolean {
  return (
    Array.isArray(position) &&
    position.length === 3 &&
    Number.isSafeInteger(position[0]) &&
    typeof position[1] === 'string' &&
    position[2] === list
  );
}
