import { describe, expect, it } from '@jest/globals';
import { databaseAway } from '../../../../../test/support/database-faults.js';
import type { HeardWords } from '../../turns/live-words.service.js';
import { WordsQueue, WordsRoom } from './words-queue.js';

const AWAY = databaseAway();

const line = (text: string): HeardWords => ({
  source: 'socket',
  role: 'user',
  text,
  taskId: text,
  atMs: 0,
});

/** A queue before a database that fails so many times in turn. */
function aQueue(faults: Error[], room = new WordsRoom()) {
  const stored: string[] = [];
  const lost: unknown[] = [];
  const drain = new AbortController();
  const queue = new WordsQueue({
    store: async ({ text }) => {
      await Promise.resolve();
      const fault = faults.shift();
      if (fault) throw fault;
      stored.push(text);
    },
    lost: (error) => lost.push(error),
    room,
    drain: drain.signal,
  });
  return { queue, stored, lost, drain };
}

describe('words that a socket heard', () => {
  it.each([[[]], [[AWAY]], [[AWAY, AWAY, AWAY]]])(
    'are stored once and in order, whatever the database does: %j',
    async (faults) => {
      const { queue, stored, lost } = aQueue(faults);
      for (const text of ['one', 'two', 'three']) queue.add(line(text));
      await queue.empty();
      expect({ stored, lost }).toEqual({ stored: ['one', 'two', 'three'], lost: [] });
    },
  );

  it('are given up one by one where they cannot be stored', async () => {
    const refused = new Error('refused');
    const { queue, stored, lost } = aQueue([refused]);
    for (const text of ['one', 'two']) queue.add(line(text));
    await queue.empty();
    expect({ stored, lost }).toEqual({ stored: ['two'], lost: [refused] });
  });

  it('have one attempt more when the process goes', async () => {
    const { queue, stored, lost, drain } = aQueue([AWAY, AWAY, AWAY]);
    for (const text of ['one', 'two', 'three', 'four']) queue.add(line(text));
    drain.abort();
    await queue.empty();
    expect({ stored, lost }).toEqual({ stored: ['three', 'four'], lost: [AWAY, AWAY] });
  });

  it('take up no more room than there is, for one socket and for all', async () => {
    const room = new WordsRoom(700_000);
    const [one, other] = [aQueue([], room), aQueue([], room)];
    const long = 'x'.repeat(200_000);
    for (let count = 0; count < 3; count += 1) one.queue.add(line(long));
    other.queue.add(line(long));
    other.queue.add(line(long));
    expect([one.lost.length, other.lost.length]).toEqual([1, 1]);
    await Promise.all([one.queue.empty(), other.queue.empty()]);
    other.queue.add(line(long));
    await other.queue.empty();
    expect([one.stored.length, other.stored.length]).toEqual([2, 2]);
  });
});
