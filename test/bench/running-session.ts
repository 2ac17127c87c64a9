import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { aSession } from '../support/session.factory.js';

/** Sessions that an account has at a time, unless it asks for more. */
const OF_ACCOUNT = 5;

const HOUR_MS = 3_600_000;

/** The n-th of many running sessions: a record of the usual size with nothing due for an hour. */
export function runningSession(index: number, more: Partial<Session> = {}): Session {
  const now = Date.now();
  const soon = new Date(now + HOUR_MS);
  const fresh = aSession();
  return {
    ...fresh,
    id: `session-${index}`,
    vendorSessionId: `vendor-${index}`,
    accountId: `account-${Math.floor(index / OF_ACCOUNT)}`,
    conversationId: `conversation-${index}`,
    slot: index % OF_ACCOUNT,
    state: 'active',
    rev: 3,
    createdAt: new Date(now + index),
    startedAt: new Date(now),
    seenAt: new Date(now),
    config: { ...fresh.config, maxSessionSeconds: 36_000 },
    nextPollAt: soon,
    dueAt: soon,
    endDueAt: soon,
    lease: { owner: null, lane: 'life', epoch: 2, until: new Date(0) },
    delivery: { ...fresh.delivery, version: 1, deliveredVersion: 1 },
    media: 'x'.repeat(900),
    ...more,
  };
}
