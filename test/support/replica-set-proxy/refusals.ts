import { mongo } from 'mongoose';
import type { Command } from './commands.js';
import type { Fault, Stroke } from './faults.js';
import { addMembers } from './members.js';
import type { Member } from './member.js';

const CODES: Readonly<Partial<Record<Fault, readonly [code: number, codeName: string]>>> = {
  'not primary': [10_107, 'NotWritablePrimary'],
  'stepped down': [189, 'PrimarySteppedDown'],
  'write concern timed out': [64, 'WriteConcernTimeout'],
  'write concern shut down': [91, 'ShutdownInProgress'],
};

/** After these the driver asks what the member is now. */
const CHANGES: readonly Fault[] = ['not primary', 'stepped down', 'write concern shut down'];

const LABELS = { errorLabels: ['RetryableWriteError'] };

/** The answer of a member that does nothing, since it is no primary. */
export function notPrimary(command: Command, version: mongo.Document): Buffer {
  return refusal('not primary', command.transaction !== null, version);
}

/** The answer to a write whose session has begun a later one. */
export function tooOld(): Buffer {
  return bytes({ ok: 0, code: 225, codeName: 'TransactionTooOld', errmsg: 'A later one began.' });
}

/** What a struck command is answered in place of being done. */
export function struckRefusal(
  { fault, isLabelled }: Stroke,
  command: Command,
  member: Member,
): Buffer {
  const isRepeatable = isLabelled && command.transaction !== null;
  return refusal(fault, isRepeatable, member.stumble());
}

/** The answer to a write that was done, and may not be on a majority. */
export function uncertain({ fault, isLabelled }: Stroke, answer: Buffer, member: Member): Buffer {
  const [code, codeName] = CODES[fault] ?? [];
  return addMembers(answer, {
    writeConcernError: { code, codeName, errmsg: codeName },
    ...(isLabelled ? LABELS : {}),
    ...(CHANGES.includes(fault) ? member.stumble() : {}),
  });
}

function refusal(fault: Fault, isLabelled: boolean, version: mongo.Document): Buffer {
  const [code, codeName] = CODES[fault] ?? [];
  const labels = isLabelled ? LABELS : {};
  return bytes({ ok: 0, code, codeName, errmsg: codeName, ...labels, ...version });
}

function bytes(document: mongo.Document): Buffer {
  return Buffer.from(mongo.BSON.serialize(document));
}
