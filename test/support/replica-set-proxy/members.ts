import { mongo } from 'mongoose';

const { BSON } = mongo;

/**
 * The document of those members that `keeps` chooses. They stay as they came, byte for byte: a
 * number that is decoded and encoded again may change its type.
 */
export function keepMembers(document: Buffer, keeps: (name: string) => boolean): Buffer {
  const kept: Buffer[] = [];
  for (const [, nameAt, nameLength, at, length] of BSON.onDemand.parseToElements(document)) {
    const name = document.toString('utf8', nameAt, nameAt + nameLength);
    // The type's byte stands before the name.
    if (keeps(name)) kept.push(document.subarray(nameAt - 1, at + length));
  }
  return documentOf(kept);
}

/** The document with these members behind its own. */
export function addMembers(document: Buffer, members: mongo.Document): Buffer {
  const added = Buffer.from(BSON.serialize(members));
  return documentOf([document.subarray(4, -1), added.subarray(4, -1)]);
}

/** The name of the first member, which in a command is the command's. */
export function firstName(document: Buffer): string {
  return document.toString('utf8', 5, document.indexOf(0, 5));
}

function documentOf(elements: readonly Buffer[]): Buffer {
  const content = Buffer.concat(elements);
  const document = Buffer.alloc(content.length + 5);
  document.writeInt32LE(document.length, 0);
  content.copy(document, 4);
  return document;
}
