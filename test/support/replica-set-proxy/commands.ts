import { mongo } from 'mongoose';
import { firstName, keepMembers } from './members.js';
import { HEADER_BYTES, type Message, messageWith } from './messages.js';

const { BSON } = mongo;

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 1 << 1;
const EXHAUST_ALLOWED = 1 << 16;

/** What `OP_QUERY` has before the collection's name: flags; behind it: skip and limit. */
const QUERY_NAME_AT = HEADER_BYTES + 4;
const QUERY_NUMBERS_BYTES = 8;

/** The flags and the kind of the first section, which is the one with the command. */
const BODY_AT = HEADER_BYTES + 5;

/** A command as a client sends it. */
export interface Command {
  readonly message: Message;
  readonly name: string;
  readonly body: Buffer;
  /** The client waits for no answer. */
  readonly isUnanswered: boolean;
  /** The client takes one answer after another without asking again. */
  readonly takesStream: boolean;
  /** What makes a write the same as an earlier one; null where it is not to be told apart. */
  readonly transaction: { readonly session: string; readonly number: number } | null;
}

/** @throws Error for what no driver of today sends, as a compressed message */
export function readCommand(message: Message): Command {
  const { bytes, opCode } = message;
  const flags = bytes.readUInt32LE(HEADER_BYTES);
  const isMsg = opCode === OP_MSG;
  const at = isMsg ? BODY_AT : bytes.indexOf(0, QUERY_NAME_AT) + 1 + QUERY_NUMBERS_BYTES;
  if (!isMsg && opCode !== OP_QUERY) throw new Error(`A message of the kind ${opCode} came.`);
  // The command's own section comes first in what the driver sends.
  if (isMsg && bytes[BODY_AT - 1] !== 0) throw new Error('A message begins without its command.');
  const body = bytes.subarray(at, at + bytes.readInt32LE(at));
  return {
    message,
    name: firstName(body),
    body,
    isUnanswered: isMsg && (flags & MORE_TO_COME) !== 0,
    takesStream: isMsg && (flags & EXHAUST_ALLOWED) !== 0,
    transaction: transactionOf(body),
  };
}

function transactionOf(body: Buffer): Command['transaction'] {
  const members = readMembers(body, ['lsid', 'txnNumber']);
  const { lsid, txnNumber } = members as { lsid?: { id: mongo.Binary }; txnNumber?: number };
  if (lsid === undefined || txnNumber === undefined) return null;
  return { session: lsid.id.toString('hex'), number: txnNumber };
}

/** Some members of a document, decoded. */
export function readMembers(document: Buffer, names: readonly string[]): mongo.Document {
  return BSON.deserialize(keepMembers(document, (name) => names.includes(name)));
}

/** The command for a server that is no member of a replica set, which knows no transaction numbers. */
export function forSingleServer({ message, body }: Command): Buffer {
  const { bytes } = message;
  const known = keepMembers(body, (name) => name !== 'txnNumber' && name !== '$clusterTime');
  const at = body.byteOffset - bytes.byteOffset;
  const before = bytes.subarray(0, at);
  const sent = Buffer.concat([before, known, bytes.subarray(at + body.length)]);
  sent.writeInt32LE(sent.length, 0);
  return sent;
}

/** The document of an answer. */
export function answerOf({ bytes }: Message): Buffer {
  return bytes.subarray(BODY_AT, BODY_AT + bytes.readInt32LE(BODY_AT));
}

/**
 * An answer in the form that its question had.
 * @param responseTo another one than the question, for the later answers of a stream
 */
export function answerTo(
  { message }: Command,
  document: Buffer,
  { isLast = true, responseTo = message.requestId } = {},
): Message {
  if (message.opCode === OP_QUERY) {
    const head = Buffer.alloc(20);
    head.writeInt32LE(1, 16);
    return messageWith(OP_REPLY, responseTo, Buffer.concat([head, document]));
  }
  const head = Buffer.alloc(5);
  head.writeUInt32LE(isLast ? 0 : MORE_TO_COME, 0);
  return messageWith(OP_MSG, responseTo, Buffer.concat([head, document]));
}
