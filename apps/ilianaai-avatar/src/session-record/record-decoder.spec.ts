import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { aSession } from '../../../../test/support/session.factory.js';
import { idOf, RecordDecoder } from './record-decoder.js';
import { toDocument } from './session.mapper.js';
import type { Session } from './session.js';

const { BSON } = mongo;

function bytesOf(session: Session): Uint8Array {
  return BSON.serialize(toDocument(session));
}

describe('the id of a record as bytes', () => {
  it.each([
    [{ _id: 'session-1', state: 'active' }, 'session-1'],
    [{ _id: 'сессия', a: 1 }, 'сессия'],
    [{ _id: '' }, ''],
    [{ _id: 5 }, null],
    [{ id: 'session-1' }, null],
    [{ a: 1, _id: 'session-1' }, null],
    [{}, null],
  ])('of %j is %j', (document, id) => {
    expect(idOf(BSON.serialize(document))).toBe(id);
  });

  it('is none where the bytes end before it does', () => {
    const bytes = BSON.serialize({ _id: 'session-1' });
    for (let length = 0; length < 20; length += 1)
      expect(idOf(bytes.subarray(0, length))).toBe(null);
  });
});

describe('a record as the server sends it', () => {
  it('becomes the session that was stored', () => {
    const session = aSession({ vendorSessionId: 'v-1', startedAt: new Date(5) });
    expect(new RecordDecoder().decode(bytesOf(session))).toEqual(session);
  });

  it('is the same session while its bytes are the same, and another one with any other byte', () => {
    const decoder = new RecordDecoder();
    const session = aSession({ rev: 3, turns: 1 });
    const first = decoder.decode(bytesOf(session));
    expect(decoder.decode(bytesOf(session))).toBe(first);
    expect(decoder.decode(bytesOf({ ...session, turns: 2 })).turns).toBe(2);
    expect(decoder.decode(bytesOf(session)).turns).toBe(1);
  });

  it('is not mistaken for another one, whose answer lay in the same memory', () => {
    const decoder = new RecordDecoder();
    const memory = Buffer.from(bytesOf(aSession({ turns: 1 })));
    decoder.decode(memory);
    memory.set(bytesOf(aSession({ turns: 2 })));
    expect(decoder.decode(memory).turns).toBe(2);
    expect(decoder.decode(bytesOf(aSession({ id: 'session-2' }))).id).toBe('session-2');
  });

  it('is kept with as many others as there is room for', () => {
    const decoder = new RecordDecoder(2);
    const [one, two, three] = ['one', 'two', 'three'].map((id) => bytesOf(aSession({ id })));
    const [first, second] = [one, two].map((bytes) => decoder.decode(bytes ?? Buffer.alloc(0)));
    decoder.decode(three ?? Buffer.alloc(0));
    expect(decoder.decode(two ?? Buffer.alloc(0))).toBe(second);
    expect(decoder.decode(one ?? Buffer.alloc(0))).not.toBe(first);
  });
});
