import type { TurnRole } from '#contracts';
import { isObject, parseJson, wordsOf } from '../../vendors/vendor-answers.js';

/** What an event of the chat socket says about the words of one speaker. */
export interface SpeechEvent {
  readonly role: TurnRole;
  /** `begin` has no words, `words` adds some, `end` may have all of them once more. */
  readonly kind: 'begin' | 'words' | 'end';
  /** Null where the vendor does not say of which line it speaks. */
  readonly taskId: string | null;
  readonly text: string | null;
}

/** Longest event that is looked into: a turn of the longest size, all of it escapes. */
const MAX_EVENT_BYTES = 256 * 1024;

const KINDS: ReadonlyMap<unknown, Pick<SpeechEvent, 'role' | 'kind'>> = new Map([
  ['avatar_start_talking', { role: 'avatar', kind: 'begin' }],
  ['avatar_talking_message', { role: 'avatar', kind: 'words' }],
  ['avatar_end_message', { role: 'avatar', kind: 'end' }],
  ['user_talking_message', { role: 'user', kind: 'words' }],
  ['user_end_message', { role: 'user', kind: 'end' }],
]);

/** What each of those has in its name, so that other frames are not parsed at all. */
const MARK = /_message|_start_talking/;

/**
 * Reads an event, whose kind stands in `type` or `event_type`, its words in `message` or `text`. Words
 * are never lost for an id that is not there.
 * @returns null for every other event, and for what is none
 */
export function readSpeechEvent(bytes: Buffer): SpeechEvent | null {
  if (bytes.length > MAX_EVENT_BYTES) return null;
  const json = bytes.toString('utf8');
  const event = MARK.test(json) ? parse(json) : null;
  if (event === null) return null;
  const known = KINDS.get(event['event_type']) ?? KINDS.get(event['type']);
  if (!known) return null;
  // Named one by one: this runs for every few words that anybody says, and a spread costs most of it.
  const { role, kind } = known;
  return {
    role,
    kind,
    taskId: idOf(event['task_id']),
    text: wordsOf(event['message'], event['text']),
  };
}

function idOf(id: unknown): string | null {
  if (typeof id === 'number') return String(id);
  return typeof id === 'string' && id !== '' ? id : null;
}

function parse(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseJson(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
