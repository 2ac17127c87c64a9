import { isUnixTime, type TurnRole, unixTimeToMs } from '#contracts';
import { toWellFormed } from '#platform';
import { createdAtOf } from '../persistence/record-id.js';
import { type ConversationRecord, TURNS_LAYOUT, type TurnRecord } from './conversation.schema.js';
import { turnId } from '../deliveries/delivery.js';

/** Stands for "time unknown" where neither the turn nor its record says one. */
export const UNKNOWN_TIME = new Date(0);

/** Whether a conversation's transcript is still as it was stored before. */
export function isOlderRecord(record: Pick<ConversationRecord, 'layout'>): boolean {
  return record.layout !== TURNS_LAYOUT;
}

/** When something happened in a conversation last, as far as its record says. */
export function lastActivityOf(
  record: Pick<ConversationRecord, 'lastActivityAt' | 'createdAt'>,
): Date | null {
  return record.lastActivityAt ?? record.createdAt ?? null;
}

/**
 * The turns of a conversation from before, in our form and in their stored order: a turn without a
 * time takes the time of the one before it, the first one that of the record.
 */
export function turnsOfOlderRecord(
  record: Pick<ConversationRecord, '_id' | 'sessionId'> & { transcript?: unknown },
): TurnRecord[] {
  const entries = Array.isArray(record.transcript) ? (record.transcript as unknown[]) : [];
  const sessionId = record.sessionId ?? null;
  let at = createdAtOf(record._id) ?? UNKNOWN_TIME;
  return entries.filter(isEntry).map((entry, index) => {
    at = timeOf(entry) ?? at;
    return {
      id: turnId(sessionId ?? 'older', index),
      sessionId,
      role: roleOf(entry['role']),
      transcript: toWellFormed(textOf(entry)),
      timestamp: at,
    };
  });
}

type Entry = Readonly<Record<string, unknown>>;

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null;
}

function textOf(entry: Entry): string {
  const text = entry['transcript'] ?? entry['text'];
  return typeof text === 'string' ? text : '';
}

function roleOf(role: unknown): TurnRole {
  return role === 'user' ? 'user' : 'avatar';
}

function timeOf(entry: Entry): Date | null {
  const time = entry['absolute_timestamp'] ?? entry['timestamp'];
  if (time instanceof Date) return time;
  return isUnixTime(time) ? new Date(unixTimeToMs(time)) : null;
}
