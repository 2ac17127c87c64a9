import { createHash } from 'node:crypto';
import type { ConversationStatus, StatusUpdateDto } from '#contracts';
import type { Session } from '../sessions/domain/session.js';
import type { Steps } from '../turns/merge/steps.js';
import type { Transcript } from '../turns/transcript.service.js';

/** The version of a session's first delivery, which only links it to its conversation. */
export const LINK_VERSION = 1;

/** What Petya is told when a session starts: that it runs, and nothing of what is said. */
export function toLinkUpdate(session: Session): StatusUpdateDto {
  return { ...identity(session), status: 'active', transcript: [] };
}

/** What Petya is told when a session has ended: every word, why and how long. */
export function toFinalUpdate(session: Session, transcript: Transcript): StatusUpdateDto {
  return {
    ...identity(session),
    status: finalStatus(session, transcript),
    transcript: transcript.turns.map(({ role, text, atMs }) => ({
      role,
      transcript: text,
      timestamp: atMs / 1000,
      absolute_timestamp: atMs / 1000,
    })),
    ...(session.endReason ? { endReason: session.endReason } : {}),
    durationSeconds: durationSeconds(session),
    ...costOf(session),
    truncated: transcript.truncated,
    complete: session.transcript.complete,
  };
}

/** The conversation a session belongs to; without one it becomes one of its own. */
export function conversationOf(session: Session): string {
  return session.conversationId ?? vendorIdOf(session);
}

/**
 * Identifies what a delivery says: two deliveries of one session with the same hash say the same.
 * It is the hash of the delivery as JSON, made turn by turn, since a long one takes its time.
 */
export function* contentHash(update: StatusUpdateDto): Steps<string> {
  const { version: _version, ...content } = update;
  const hash = createHash('sha256');
  for (const part of jsonParts(content)) {
    hash.update(part);
    yield;
  }
  return hash.digest('hex');
}

/** The text of `JSON.stringify` in pieces: one a member, and one an item of a list. */
function* jsonParts(content: object): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(content) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    if (Array.isArray(value)) yield* listParts(value);
    else yield JSON.stringify(value);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* listParts(items: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [index, item] of items.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(item)}`;
  }
  yield ']';
}

function identity(session: Session) {
  const { visitorId, proved, traceId } = session;
  return {
    sessionId: vendorIdOf(session),
    accountId: session.accountId,
    ...(visitorId === null ? {} : { visitorId, proved }),
    ...(traceId ? { traceId } : {}),
    version: session.delivery.version,
  };
}

/** `failed` is a session that the vendor broke before anybody said a word. */
function finalStatus(session: Session, transcript: Transcript): ConversationStatus {
  const isBroken = session.endReason === 'vendor_fault' && transcript.turns.length === 0;
  return isBroken ? 'failed' : 'completed';
}

function durationSeconds(session: Session): number {
  if (!session.startedAt || !session.endedAt) return 0;
  return Math.max(0, (session.endedAt.getTime() - session.startedAt.getTime()) / 1000);
}

/** When it began, which says what day it is counted in, and what it has cost. */
function costOf({ startedAt, billed }: Session): Partial<StatusUpdateDto> {
  return {
    ...(startedAt ? { startedAt: startedAt.getTime() / 1000 } : {}),
    ...(billed ? { billedSeconds: billed.seconds } : {}),
    ...(billed && billed.credits !== null ? { credits: billed.credits } : {}),
  };
}

function vendorIdOf(session: Session): string {
  if (session.vendorSessionId === null) throw new Error('a started session has a vendor id');
  return session.vendorSessionId;
}
