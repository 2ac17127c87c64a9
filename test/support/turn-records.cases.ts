import { expect } from '@jest/globals';
import type { TurnOwner } from '../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import {
  compareStored,
  type SourceLine,
} from '../../apps/ilianaai-avatar/src/turns/merge/source-line.js';
import type { TurnRecords } from './memory-turns.js';
import { START } from './session.factory.js';

const owner: TurnOwner = { id: 'session-1', accountId: 'acc-1' };
const stranger: TurnOwner = { id: 'session-1', accountId: 'acc-2' };

function line(key: string, more: Partial<SourceLine> = {}): SourceLine {
  const atMs = START.getTime();
  return { source: 'client', key, role: 'user', text: 'Good morning', atMs, position: 1, ...more };
}

async function textsOf(records: TurnRecords, of = owner): Promise<string[]> {
  return (await records.list(of)).map(({ key, text }) => `${key}: ${text}`).toSorted();
}

type Case = readonly [what: string, isKept: (records: TurnRecords) => Promise<void>];

/** What whoever works with turns relies on: the promises of the database, one by one. */
export const TURN_RECORD_CASES: readonly Case[] = [
  [
    'gives lines back as they were stored, to their account only',
    async (records) => {
      const told = { role: 'avatar', atMs: START.getTime() + 5, isTold: true } as const;
      const lines = [line('a'), line('b', told)];
      await records.insertAll(lines.map((each) => ({ owner, line: each })));
      const found = (await records.list(owner)).map(({ stored: _stored, ...members }) => members);
      expect(found.toSorted((one, other) => (one.key < other.key ? -1 : 1))).toEqual(lines);
      expect([await records.count(owner), await records.count(stranger)]).toEqual([2, 0]);
      expect(await records.list(stranger)).toEqual([]);
    },
  ],
  [
    'takes a key of a source once, and says whether it stands with other words',
    async (records) => {
      await records.insertAll([{ owner, line: line('a') }]);
      const results = await records.insertAll([
        { owner, line: line('a') },
        { owner, line: line('a', { text: 'Good evening' }) },
        { owner, line: line('a', { role: 'avatar' }) },
        { owner, line: line('a', { source: 'socket' }) },
        { owner: stranger, line: line('a', { text: 'Good night' }) },
        { owner, line: line('b') },
      ]);
      expect(results).toEqual(['repeated', 'conflict', 'conflict', 'stored', 'stored', 'stored']);
      expect(await records.count(owner)).toBe(3);
    },
  ],
  [
    'says in which order lines were stored, also of one write, and of none of the vendor’s',
    async (records) => {
      await records.insertAll(['b', 'a'].map((key) => ({ owner, line: line(key) })));
      await records.insertAll([
        { owner, line: line('b') },
        { owner, line: line('d') },
      ]);
      await records.insertAll([{ owner, line: line('c') }]);
      await records.placeAll(owner, [line('v', { source: 'vendor' })]);
      const found = (await records.list(owner)).toSorted(compareStored);
      expect(found.map(({ key }) => key)).toEqual(['v', 'b', 'a', 'd', 'c']);
      expect(found[0]).not.toHaveProperty('stored');
      expect(new Set(found.map(({ stored }) => stored)).size).toBe(5);
    },
  ],
  [
    'puts lines of a record in the place of what stood there, and says how many have changed',
    async (records) => {
      const vendors = { source: 'vendor' } as const;
      const place = (...lines: SourceLine[]) => records.placeAll(owner, lines);
      expect(await place()).toBe(0);
      expect(await place(line('0', vendors), line('1', vendors))).toBe(0);
      expect(await place(line('0', vendors), line('1', vendors))).toBe(0);
      const later = START.getTime() + 1;
      const grown = line('0', { ...vendors, text: 'Good morning to you' });
      expect(await place(grown, line('1', { ...vendors, atMs: later }))).toBe(2);
      expect(await textsOf(records)).toEqual(['0: Good morning to you', '1: Good morning']);
    },
  ],
  [
    "removes lines of the vendor's record by their keys, and nobody else's of the same key",
    async (records) => {
      const vendors = { source: 'vendor' } as const;
      await records.placeAll(
        owner,
        ['0', '1', '2'].map((key) => line(key, vendors)),
      );
      await records.placeAll(stranger, [line('0', vendors)]);
      await records.insertAll([{ owner, line: line('0') }]);
      await records.removeVendorLines(owner, []);
      expect(await records.count(owner)).toBe(4);
      for (let time = 0; time < 2; time += 1)
        await records.removeVendorLines(owner, ['0', '2', '7']);
      const left = (await records.list(owner)).map(({ source, key }) => `${source} ${key}`);
      expect(left.toSorted()).toEqual(['client 0', 'vendor 1']);
      expect(await records.count(stranger)).toBe(1);
    },
  ],
  [
    'removes all of a session, of its account only',
    async (records) => {
      await records.insertAll([
        { owner, line: line('a') },
        { owner, line: line('b') },
        { owner: stranger, line: line('a') },
        { owner: { ...owner, id: 'session-2' }, line: line('a') },
      ]);
      await records.removeAll(owner);
      expect(await textsOf(records)).toEqual([]);
      expect(await textsOf(records, stranger)).toHaveLength(1);
      expect(await textsOf(records, { ...owner, id: 'session-2' })).toHaveLength(1);
    },
  ],
];
