import type { AdminSessionDto } from '#contracts';
import { secondsOf } from '../sessions/domain/billed.js';
import type { Session } from '../sessions/domain/session.js';
import { shownStopper } from '../sessions/stopped-by.js';

/** @param now what runs has used its seconds until then */
export function toAdminSession(session: Session, now: Date): AdminSessionDto {
  const { delivery } = session;
  return {
    id: session.id,
    sessionId: session.vendorSessionId,
    accountId: session.accountId,
    conversationId: session.conversationId,
    state: session.state,
    createdAt: session.createdAt.toISOString(),
    startedAt: session.startedAt?.toISOString() ?? null,
    endedAt: session.endedAt?.toISOString() ?? null,
    endReason: session.endReason,
    stoppedBy: shownStopper(session),
    stoppedByName: session.stop?.byName ?? null,
    origin: session.origin,
    seenAt: session.seenAt.toISOString(),
    seconds: secondsOf(session, now),
    enteredAt: textsOf(session.enteredAt ?? {}),
    billed: session.billed ?? null,
    version: delivery.version,
    deliveredVersion: delivery.deliveredVersion,
    attempts: delivery.attempts,
    lastError: delivery.lastError,
  };
}

function textsOf(times: NonNullable<Session['enteredAt']>): AdminSessionDto['enteredAt'] {
  return Object.fromEntries(
    Object.entries(times).map(([state, enteredAt]) => [state, enteredAt.toISOString()]),
  );
}
