import { newId } from '#platform';
import { createHash } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import type { Standing } from '../accounts/judge-access.js';
import type { VendorName } from '../vendors/vendor.js';
import { capsOf } from './domain/caps.js';
import type { Session } from './domain/session.js';
import { optionsOf } from './session-options.js';

/** What a client asks a session for. */
export interface OpenRequest {
  readonly conversation_id?: string | null;
  readonly visitor_id?: string | null;
  /** What else it chose, for telling two requests apart. */
  readonly choice?: string;
}

/** Everything a new record is made of. */
export interface NewSession {
  readonly vendor: VendorName;
  readonly account: Account;
  readonly origin: string | null;
  readonly request: OpenRequest;
  readonly standing: Standing;
  readonly opener: string | null;
  readonly idempotencyKey: string | null;
  readonly traceId: string;
  readonly slot: number;
  readonly maxSessionSeconds: number;
  /** What is left of the account's minutes; null or missing where it may use any. */
  readonly secondsLeft?: number | null;
  readonly now: Date;
}

/** The record of a session that is about to be opened: its slot is taken, nothing was asked yet. */
export function newSession(from: NewSession): Session {
  const { account, now, standing } = from;
  const { maxTranscriptTurns } = account.limits;
  const options = optionsOf(account);
  const caps = capsOf(account.limits);
  const longest = Math.min(account.limits.maxSessionSeconds, from.maxSessionSeconds);
  const left = Math.floor(from.secondsLeft ?? Infinity);
  return {
    ...NOTHING_YET,
    id: newId(),
    vendor: from.vendor,
    accountId: account.accountId,
    conversationId: from.request.conversation_id ?? null,
    visitorId: standing.visitorId ?? from.request.visitor_id ?? null,
    proved: standing.visitorId !== null,
    namedBy: standing.conversation,
    grant: newId(),
    opener: from.opener,
    origin: from.origin,
    idempotencyKey: from.idempotencyKey,
    idempotencyHash: from.idempotencyKey === null ? null : requestHash(from.request),
    traceId: from.traceId,
    config: {
      avatarId: account.avatarId,
      voiceId: account.voiceId ?? null,
      contextId: account.knowledgeBaseId ?? null,
      language: account.language,
      intro: account.intro,
      maxSessionSeconds: Math.min(longest, left),
      maxTranscriptTurns,
      ...(options ? { options } : {}),
      ...(caps ? { caps } : {}),
      ...(left < longest ? { endsWithMinutes: true } : {}),
    },
    slot: from.slot,
    createdAt: now,
    enteredAt: { creating: now },
    offeredAt: now,
    seenAt: now,
  };
}

/** Tells whether two token requests ask for the same thing. */
export function requestHash(request: OpenRequest): string {
  const { conversation_id = null, visitor_id = null, choice } = request;
  const asked = [conversation_id, visitor_id, ...(choice === undefined ? [] : [choice])];
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url');
}

/**
 * The lowest slot that none of the live sessions takes, or null when as many live as may: where a
 * cap was lowered, those in slots beyond it count, too. Lowest, so that replicas want the same one at
 * any instant, and all but the first look again.
 */
export function freeSlot(live: readonly Pick<Session, 'slot'>[], slots: number): number | null {
  const taken = new Set(live.flatMap(({ slot }) => slot ?? []));
  if (taken.size >= slots) return null;
  let slot = 0;
  while (taken.has(slot)) slot += 1;
  return slot;
}

const NEVER = new Date(0);

const NOTHING_YET = {
  vendorSessionId: null,
  state: 'creating',
  rev: 0,
  lease: { owner: null, lane: 'life', epoch: 0, until: NEVER },
  dueAt: null,
  outboxDueAt: null,
  openedAt: null,
  vendorToken: null,
  media: null,
  startedBy: null,
  startedAt: null,
  endedAt: null,
  endReason: null,
  leftAt: null,
  heartbeat: null,
  socketId: null,
  stop: null,
  nextStopAt: null,
  keptAliveAt: null,
  nextPollAt: null,
  turns: 0,
  textBytes: 0,
  transcript: {
    cursor: null,
    nextReadAt: null,
    failures: 0,
    lastDigest: null,
    lastReadAt: null,
    complete: false,
    truncated: false,
  },
  delivery: {
    version: 0,
    deliveredVersion: 0,
    hash: null,
    attempts: 0,
    firstAttemptAt: null,
    nextAttemptAt: null,
    lastError: null,
    deliveredAt: null,
  },
  erasedAt: null,
  erasure: null,
  purgedAt: null,
} as const satisfies Partial<Session>;
