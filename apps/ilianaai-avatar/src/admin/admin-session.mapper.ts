import type { AdminSessionDto } from '#contracts';
import type { Session } from '../sessions/domain/session.js';
import { shownStopper } from '../sessions/stopped-by.js';

export function toAdminSession(session: Session): AdminSessionDto {
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
