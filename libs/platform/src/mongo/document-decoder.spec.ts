import { describe, expect, it, jest } from '@jest/globals';
import { mongo } from 'mongoose';
import { RecentMap } from '../collections/recent-map.js';
import { DocumentDecoder, idOf } from './document-decoder.js';

interface Talk {
  readonly _id: string;
  readonly turns: number;
  readonly at: Date | null;
}

function bytesOf(talk: Partial<Talk>): Uint8Array {
  return mongo.BSON.serialize({ _id: 'talk-1', turns: 0, at: null, ...talk });
}

function decoder(maxDocuments?: number): DocumentDecoder<Talk, Talk & { readonly id: string }> {
  return new DocumentDecoder((talk) => ({ ...talk, id: talk._id }), maxDocuments);
}

describe('the id of a document as bytes', () => {
  it.each([
    [{ _id: 'talk-1', turns: 3 }, 'talk-1'],
    [{ _id: 'разговор', a: 1 }, 'разговор'],
    [{ _id: '' }, ''],
    [{ _id: 5 }, null],
    [{ id: 'talk-1' }, null],
    [{ a: 1, _id: 'talk-1' }, null],
    [{}, null],
  ])('of %j is %j', (document, id) => {
    expect(idOf(mongo.BSON.serialize(document))).toBe(id);
  });

  it('is none where the bytes end before it does', () => {
    const bytes = mongo.BSON.serialize({ _id: 'talk-1' });
    for (let length = 0; length < 19; length += 1)
      expect(idOf(bytes.subarray(0, length))).toBe(null);
  });
});

describe('a document as the server sends it', () => {
  it('is decoded', () => {
    const talk = { _id: 'talk-1', turns: 3, at: new Date(5) };
    expect(decoder().decode(bytesOf(talk))).toEqual({ ...talk, id: 'talk-1' });
  });

  it('is the same value while its bytes are the same, and another one with any other byte', () => {
    const talks = decoder();
    const first = talks.decode(bytesOf({ turns: 1 }));
    expect(talks.decode(bytesOf({ turns: 1 }))).toBe(first);
    expect(talks.decode(bytesOf({ turns: 2 })).turns).toBe(2);
    expect(talks.decode(bytesOf({ turns: 1 })).turns).toBe(1);
  });

  it('is kept in as much memory as it has bytes', () => {
    const talks = decoder();
    const set = jest.spyOn(RecentMap.prototype, 'set');
    const bytes = bytesOf({ turns: 1 });
    talks.decode(bytes);
    const kept = set.mock.calls.map(([, value]) => value as { readonly bytes: Buffer });
    set.mockRestore();
    expect(kept.map((one) => one.bytes.buffer.byteLength)).toEqual([bytes.length]);
  });

  it('is not mistaken for another one, whose answer lay in the same memory', () => {
    const talks = decoder();
    const memory = Buffer.from(bytesOf({ turns: 1 }));
    talks.decode(memory);
    memory.set(bytesOf({ turns: 2 }));
    expect(talks.decode(memory).turns).toBe(2);
    expect(talks.decode(bytesOf({ _id: 'talk-2' })).id).toBe('talk-2');
  });

  it('is kept with as many others as there is room for', () => {
    const talks = decoder(2);
    const [first, second] = ['one', 'two'].map((_id) => talks.decode(bytesOf({ _id })));
    talks.decode(bytesOf({ _id: 'three' }));
    expect(talks.decode(bytesOf({ _id: 'two' }))).toBe(second);
    expect(talks.decode(bytesOf({ _id: 'one' }))).not.toBe(first);
  });
});
