import type { Account } from '../../apps/ilianaai-avatar/src/accounts/account.js';
import type { Budgets } from '../../apps/ilianaai-avatar/src/config/avatar-config.js';
import type {
  Session,
  SessionAtVendor,
} from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { newSession } from '../../apps/ilianaai-avatar/src/sessions/new-session.js';

/** The instant from which tests count: a second number that shows in messages. */
export const START = new Date('2026-03-01T12:00:00.000Z');

/** The trace of the request that opened a test's session. */
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** So many seconds after `START`. */
export function at(seconds: number): Date {
  return new Date(START.getTime() + seconds * 1000);
}

/** An account as Petya describes it. */
export function anAccount(more: Partial<Account> = {}): Account {
  return {
    accountId: 'acc-1',
    avatarId: '9c9b9a1e-7d6c-4b5a-8f4e-3d2c1b0a9f8e',
    intro: 'Hello and welcome.',
    knowledgeBaseId: 'context-1',
    voiceId: 'voice-1',
    language: 'en',
    allowedOrigins: ['https://shop.test'],
    limits: { maxConcurrentSessions: 5, maxSessionSeconds: 1200, maxTranscriptTurns: 5000 },
    ...more,
  };
}

/** A session record, created at `START`, in any state a test asks for. Its vendor knows it. */
export function aSession(more?: Partial<SessionAtVendor>): SessionAtVendor;
export function aSession(more: Partial<Session>): Session;
export function aSession(more: Partial<Session> = {}): Session {
  const fresh = newSession({
    vendor: 'liveavatar',
    account: anAccount(),
    origin: 'https://shop.test',
    request: { conversation_id: 'conversation-1' },
    standing: { visitorId: null, conversation: 'unknown' },
    opener: null,
    idempotencyKey: null,
    traceId: TRACE_ID,
    slot: 0,
    maxSessionSeconds: 1200,
    now: START,
  });
  return { ...fresh, id: 'session-1', vendorSessionId: 'vendor-1', grant: 'grant-1', ...more };
}

/** The time budgets. */
export function someBudgets(more: Partial<Budgets> = {}): Budgets {
  return {
    leaveGraceSeconds: 20,
    noShowSeconds: 120,
    leaseSeconds: 15,
    maxSessionSeconds: 1200,
    upkeepPollSeconds: 1,
    vendorPollSeconds: 30,
    sweepPatienceSeconds: 30,
    finalWaitSeconds: 60,
    finalReadGapSeconds: 2,
    vendorDownWaitSeconds: 600,
    retryStepsSeconds: [0, 1, 5, 15, 60, 300, 600],
    erasurePollSeconds: 5,
    erasureSettleSeconds: 15,
    turnRetentionSeconds: 7 * 86_400,
    ...more,
  };
}
