import type { LifeDto, LifeMatch } from '#contracts';
import type { Budgets } from '../config/avatar-config.js';
import type { Session } from '../sessions/domain/session.js';
import { isHeld } from '../sessions/domain/session-moves.js';
import { outboxDueAt } from '../sessions/domain/session-timing.js';
import { nextSteps } from '../upkeep/next-steps.js';
import { toAdminSession } from './admin-session.mapper.js';

/**
 * A session's life so far and what comes next, as its record has it.
 * @param match by which of its ids it was found
 */
export function toLife(session: Session, match: LifeMatch, now: Date, budgets: Budgets): LifeDto {
  return {
    session: toAdminSession(session, now),
    match,
    vendor: session.vendor,
    traceId: session.traceId ?? null,
    lease: toLease(session, now),
    next: toNext(session, budgets),
    stop: session.stop && {
      at: session.stop.at.toISOString(),
      attempts: session.stop.attempts,
      nextAt: textOf(session.nextStopAt),
    },
    reading: toReading(session),
    delivery: {
      firstAttemptAt: textOf(session.delivery.firstAttemptAt),
      nextAttemptAt: textOf(outboxDueAt(session)),
      deliveredAt: textOf(session.delivery.deliveredAt),
    },
    erasedAt: textOf(session.erasedAt),
    purgedAt: textOf(session.purgedAt),
  };
}

function toLease(session: Session, now: Date): LifeDto['lease'] {
  const { owner, lane, until } = session.lease;
  if (owner === null || !isHeld(session, now)) return null;
  return { owner, lane, until: until.toISOString() };
}

function toNext(session: Session, budgets: Budgets): LifeDto['next'] {
  const steps = nextSteps(session, budgets);
  if (steps.length === 0) return [{ step: 'nothing', at: null }];
  return steps.map(({ step, at }) => ({ step, at: at.toISOString() }));
}

function toReading({ turns, transcript }: Session): LifeDto['reading'] {
  const { lastReadAt, failures, complete, truncated } = transcript;
  return { turns, lastReadAt: textOf(lastReadAt), failures, complete, truncated };
}

function textOf(at: Date | null | undefined): string | null {
  return at?.toISOString() ?? null;
}
