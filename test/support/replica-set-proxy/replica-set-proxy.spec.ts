import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { FAULTS, FaultPlan } from './faults.js';
import { addMembers, firstName, keepMembers } from './members.js';
import { MessageReader, messageWith } from './messages.js';
import { hasChanged, TransactionTooOld, WrittenAnswers } from './written-answers.js';

const { BSON } = mongo;

function bytes(document: mongo.Document): Buffer {
  return Buffer.from(BSON.serialize(document));
}

describe('messages on a socket', () => {
  const sent = ['one', '', 'three'].map((text) => messageWith(2013, 5, Buffer.from(text)));
  const all = Buffer.concat(sent.map((message) => message.bytes));

  it.each([1, 7, 16, 17, 1000])('are put together from chunks of %i bytes', (size) => {
    const reader = new MessageReader();
    const read = [];
    for (let at = 0; at < all.length; at += size) {
      read.push(...reader.read(all.subarray(at, at + size)));
    }
    expect(read).toEqual(sent);
  });
});

describe('members of a document', () => {
  const document = bytes({ update: 'x', n: new BSON.Double(1), at: new Date(5), deep: { n: 1 } });

  it('are left out, and the others keep their types', () => {
    const kept = keepMembers(document, (name) => name !== 'at');
    expect(kept).toEqual(bytes({ update: 'x', n: new BSON.Double(1), deep: { n: 1 } }));
    expect(keepMembers(document, () => true)).toEqual(document);
  });

  it('are added', () => {
    expect(BSON.deserialize(addMembers(document, { ok: 1 }))).toMatchObject({ update: 'x', ok: 1 });
  });

  it('begin with the name of the command', () => {
    expect(firstName(document)).toBe('update');
  });
});

describe('a repeated write', () => {
  const one = { session: 'a', number: 1 };

  it.each([
    [{ ok: 1, n: 1 }, true],
    [{ ok: 1, n: 2, nModified: 0 }, true],
    [{ ok: 1, n: 0 }, false],
    [{ ok: 1, n: 0, writeErrors: [{}] }, false],
    [{ ok: 1, lastErrorObject: { n: 1 }, value: {} }, true],
    [{ ok: 1, lastErrorObject: { n: 0 }, value: null }, false],
    [{ ok: 0, code: 11_000 }, false],
  ])('is known by the answer %j: %p', (answer, is) => {
    expect(hasChanged(bytes(answer))).toBe(is);
  });

  it('gets the answer of the first, also while that is under way', async () => {
    const written = new WrittenAnswers();
    let answer: (document: Buffer) => void = () => undefined;
    const answered = new Promise<Buffer>((resolve) => {
      answer = resolve;
    });
    let done = 0;
    const write = (): Promise<Buffer> => {
      done += 1;
      return answered;
    };
    const both = Promise.all([written.once(one, write), written.once(one, write)]);
    answer(bytes({ ok: 1, n: 1 }));
    expect(new Set(await both).size).toBe(1);
    await written.once({ session: 'b', number: 1 }, write);
    await written.once({ session: 'a', number: 2 }, write);
    expect(done).toBe(3);
    await expect(written.once(one, write)).rejects.toBeInstanceOf(TransactionTooOld);
  });

  it.each([
    ['changed nothing', async () => bytes({ ok: 1, n: 0 })],
    ['failed', () => Promise.reject(new Error('away'))],
  ])('is done again where the first %s', async (_what, first) => {
    const written = new WrittenAnswers();
    await written.once(one, first).catch(() => null);
    const answer = bytes({ ok: 1, n: 1 });
    expect(await written.once(one, async () => answer)).toBe(answer);
  });
});

describe('a plan of faults', () => {
  it('strikes what is named, so often', () => {
    const plan = new FaultPlan();
    plan.plan('dropped after', ['insert', 'update'], { times: 2 });
    const struck = ['find', 'update', 'insert', 'insert'].map((name) => plan.next(name, true));
    expect(struck.map((each) => each?.fault)).toEqual([
      undefined,
      'dropped after',
      'dropped after',
      undefined,
    ]);
    expect(plan.struck()).toEqual({ 'dropped after': 2 });
  });

  it('strikes each command with each fault as often as it is told, the same for the same seed', () => {
    const strike = (seed: number): readonly unknown[] => {
      const plan = new FaultPlan();
      plan.strike(0.01, seed);
      return Array.from({ length: 10_000 }, () => plan.next('update', true)?.fault);
    };
    const struck = strike(1);
    for (const fault of FAULTS) {
      const times = struck.filter((each) => each === fault).length;
      expect(times).toBeGreaterThan(60);
      expect(times).toBeLessThan(150);
    }
    expect(strike(1)).toEqual(struck);
    expect(strike(2)).not.toEqual(struck);
  });

  it('tells nobody of a write concern who may not repeat', () => {
    const plan = new FaultPlan();
    plan.plan('write concern timed out', ['update']);
    expect(plan.next('update', false)).toBe(null);
  });
});
