import { mongo } from 'mongoose';
import type { SessionRecord, TurnRecord } from '../conversations/conversation.schema.js';
import { TURNS_LAYOUT } from '../conversations/conversation.schema.js';
import type { Delivery } from './delivery.js';

/** Largest conversation document a delivery may leave behind. */
export const MAX_CONVERSATION_BYTES = 12 * 1024 * 1024;

const ENDED = ['completed', 'failed'];

/** BSON size of turns as they are stored. */
export function turnBytes(turns: readonly TurnRecord[]): number {
  return mongo.BSON.calculateObjectSize({ transcript: turns });
}

/** What is kept of a delivered session beside its turns. */
export function toSessionRecord(delivery: Delivery, now: Date): SessionRecord {
  const { sessionId, namedVisitorId, traceId, version, hash } = delivery;
  const { status, endReason, durationSeconds } = delivery;
  return {
    sessionId,
    ...(namedVisitorId === null ? {} : { visitorId: namedVisitorId }),
    ...(traceId === undefined ? {} : { traceId }),
    version,
    hash,
    status,
    ...(endReason === undefined ? {} : { endReason }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    truncated: delivery.truncated,
    complete: delivery.complete,
    deliveredAt: now,
    bytes: turnBytes(delivery.turns),
  };
}

/**
 * Condition under which a delivery takes effect: nothing of its session with this or a later
 * version stands, and the document stays within its limit. With the update below in one write it
 * is both the dedupe and the effect, so no order of repeats and crashes applies one twice.
 */
export function takesEffect(delivery: Delivery): Record<string, unknown> {
  const { sessionId, version } = delivery;
  const ownBytes = { $sum: { $map: { input: ofSession(sessionId), in: '$$this.bytes' } } };
  const others = { $subtract: [{ $bsonSize: '$$ROOT' }, ownBytes] };
  return {
    layout: TURNS_LAYOUT,
    sessions: { $not: { $elemMatch: { sessionId, version: { $gte: version } } } },
    $expr: { $lte: [{ $add: [others, turnBytes(delivery.turns)] }, MAX_CONVERSATION_BYTES] },
  };
}

/**
 * The update itself, computed by the server from the document as it is at that instant: two
 * sessions of one conversation can land at once. Texts go in as `$literal`, because a text may
 * begin with `$`.
 */
export function deliveryUpdate(delivery: Delivery, now: Date): Record<string, unknown>[] {
  const { sessionId, status } = delivery;
  const record = { $literal: toSessionRecord(delivery, now) };
  const standing = { $first: { $map: { input: ofSession(sessionId), in: '$$this.status' } } };
  return [
    {
      $set: {
        status: neverReopened('$status', status),
        sessionId: { $literal: sessionId },
        sessions: {
          $concatArrays: [
            without('$sessions', sessionId),
            [{ $mergeObjects: [record, { status: neverReopened(standing, status) }] }],
          ],
        },
        transcript: {
          $sortArray: {
            input: {
              $concatArrays: [without('$transcript', sessionId), { $literal: delivery.turns }],
            },
            sortBy: { timestamp: 1, id: 1 },
          },
        },
        lastActivityAt: now,
      },
    },
  ];
}

/** A late or repeated `active` never reopens what has ended. */
function neverReopened(standing: unknown, delivered: string): unknown {
  if (delivered !== 'active') return delivered;
  return { $cond: [{ $in: [standing, ENDED] }, standing, delivered] };
}

function ofSession(sessionId: string): unknown {
  return {
    $filter: {
      input: { $ifNull: ['$sessions', []] },
      cond: { $eq: ['$$this.sessionId', sessionId] },
    },
  };
}

function without(array: string, sessionId: string): unknown {
  return {
    $filter: {
      input: { $ifNull: [array, []] },
      cond: { $ne: ['$$this.sessionId', sessionId] },
    },
  };
}
