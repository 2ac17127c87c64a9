import {
  type ConversationStatus,
  type EndReason,
  type StatusUpdateDto,
  type TranscriptTurnDto,
  unixTimeToMs,
} from '#contracts';
import { toWellFormed } from '#platform';
import { createHash } from 'node:crypto';
import type { KnownConversation } from '../conversations/conversation.js';
import type { TurnRecord } from '../conversations/conversation.schema.js';

/** A status update in the form it is stored in. */
export interface Delivery {
  readonly sessionId: string;
  /** Whose session it was, where its sender says so. */
  readonly visitorId: string | null;
  /** Whom its sender names, also where that is a pretence: an erasure must find the session. */
  readonly namedVisitorId: string | null;
  /** Whether it was opened with that visitor's proof; null where its sender does not say. */
  readonly isProved: boolean | null;
  readonly version: number;
  /** Whether its sender says which version it is. */
  readonly isNumbered: boolean;
  readonly hash: string;
  readonly status: ConversationStatus;
  readonly endReason: EndReason | undefined;
  readonly durationSeconds: number | undefined;
  /** Of the request that opened the session. */
  readonly traceId: string | undefined;
  readonly truncated: boolean;
  readonly complete: boolean;
  readonly turns: readonly TurnRecord[];
}

/** What became of a delivery that changed nothing. */
export type Repeat = 'duplicate' | 'stale' | 'conflict';

/** Reads a checked status update. Text is made well-formed before anything is computed from it. */
export function toDelivery(update: StatusUpdateDto): Delivery {
  const content = {
    status: update.status,
    endReason: update.endReason,
    durationSeconds: update.durationSeconds,
    truncated: update.truncated ?? false,
    complete: update.complete ?? true,
    turns: update.transcript.map((turn, index) => toTurn(turn, update.sessionId, index)),
  };
  return {
    sessionId: update.sessionId,
    visitorId: update.visitorId ?? null,
    namedVisitorId: update.visitorId ?? null,
    isProved: update.proved ?? null,
    version: update.version ?? 1,
    isNumbered: update.version !== undefined,
    traceId: update.traceId,
    hash: contentHash(content),
    ...content,
  };
}

/** Id of a turn: turns of one session at the same instant keep the order they were delivered in. */
export function turnId(sessionId: string, index: number): string {
  return `${sessionId}:${String(index).padStart(5, '0')}`;
}

/** A session of which only the visitor's name is known: it is nobody's. */
export function withoutVisitor(delivery: Delivery): Delivery {
  return { ...delivery, visitorId: null, isProved: null };
}

/** A conversation as a delivered session meets it. */
export interface MetConversation extends Pick<KnownConversation, 'visitorId' | 'proof' | 'named'> {
  /** Nothing was said or written in it since it was opened. */
  readonly isUntouched: boolean;
  /** It holds an earlier delivery of this session. */
  readonly hasSession: boolean;
}

/**
 * Whether a conversation is another's than a delivered session: what was opened with proof takes no
 * words of a stranger who named it, and an `externalId`, which is a name and no proof, leads nobody
 * into a conversation in which somebody else has said something.
 */
export function isForeign(
  { visitorId, proof, named, isUntouched, hasSession }: MetConversation,
  session: Pick<Delivery, 'visitorId' | 'isProved'>,
): boolean {
  if (hasSession && !proof) return false;
  if (visitorId === null) {
    return named === 'external' && !(isUntouched && session.visitorId === null);
  }
  if (visitorId === session.visitorId) return proof && session.isProved === false;
  return proof || session.isProved === true || named === 'external';
}

/** Says why a delivery met a record of its session and did not replace it. */
export function judgeRepeat(
  stored: { readonly version: number; readonly hash: string },
  delivered: { readonly version: number; readonly hash: string },
): Repeat {
  if (stored.version > delivered.version) return 'stale';
  return stored.hash === delivered.hash ? 'duplicate' : 'conflict';
}

/** What stands of a session that was delivered before. */
export interface StoredSession {
  readonly version: number;
  readonly hash: string;
  readonly status?: ConversationStatus;
}

/**
 * Which version an update is whose sender numbers none: what is said last stands. Only an `active` that
 * comes after the end is late, and would take the words away.
 */
export function judgeUnnumbered(
  stored: StoredSession | null,
  delivered: Pick<Delivery, 'hash' | 'status'>,
): number | 'duplicate' | 'stale' {
  if (stored === null) return 1;
  if (stored.hash === delivered.hash) return 'duplicate';
  const isOver = stored.status === 'completed' || stored.status === 'failed';
  return isOver && delivered.status === 'active' ? 'stale' : stored.version + 1;
}

function toTurn(turn: TranscriptTurnDto, sessionId: string, index: number): TurnRecord {
  // A vendor's plain `timestamp` may count from the session's start; the absolute one cannot.
  const time = turn.absolute_timestamp ?? turn.timestamp ?? 0;
  return {
    id: turnId(sessionId, index),
    sessionId,
    role: turn.role,
    transcript: toWellFormed(turn.transcript),
    timestamp: new Date(unixTimeToMs(time)),
  };
}

/** SHA-256 of everything a delivery says, so that seconds and milliseconds of one time agree. */
function contentHash(
  content: Omit<
    Delivery,
    | 'sessionId'
    | 'visitorId'
    | 'namedVisitorId'
    | 'isProved'
    | 'traceId'
    | 'version'
    | 'isNumbered'
    | 'hash'
  >,
): string {
  const said = [
    content.status,
    content.endReason ?? null,
    content.durationSeconds ?? null,
    content.truncated,
    content.complete,
    content.turns.map((turn) => [turn.role, turn.transcript, turn.timestamp.getTime()]),
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
