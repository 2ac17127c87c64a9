import { describe, expect, it } from '@jest/globals';
import { findingsOf, oddity, USUAL_CONCERNS } from './catalogue.js';
import { statementsOf } from './command-shape.js';
import type { Index } from './serving-index.js';

const majority = { writeConcern: USUAL_CONCERNS.write, readConcern: USUAL_CONCERNS.read };
const indexes: Index[] = [
  { name: '_id_', key: { _id: 1 } },
  { name: 'due', key: { dueAt: 1 } },
  { name: 'ofAccount', key: { accountId: 1, at: 1 } },
];

function findings(command: object) {
  const sent = { ...majority, ...command };
  const [statement] = statementsOf(sent, Object.keys(command)[0] ?? '');
  if (!statement) throw new Error('It asks for nothing.');
  return findingsOf(statement, sent, { indexes, shardKey: ['accountId'] });
}

describe('what follows from a statement', () => {
  it.each([
    [{ find: 'c', filter: { _id: 1, accountId: 'a', x: 2 } }, { index: '_id_' }],
    [{ find: 'c', filter: { accountId: 'a' }, sort: { at: 1 } }, { index: 'ofAccount' }],
    [
      { find: 'c', filter: { accountId: 'a', x: 1 }, sort: new Map([['x', 1]]) },
      { index: 'ofAccount', rest: 'x', sorts: true },
    ],
    [
      { find: 'c', filter: { dueAt: { $lte: 1 } } },
      { index: 'due', shards: 'all' },
    ],
    [
      { find: 'c', filter: { x: 1 } },
      { index: null, rest: 'x', shards: 'all' },
    ],
    [
      { find: 'c', filter: { accountId: 'a' }, readConcern: { level: 'local' } },
      { index: 'ofAccount', concern: '{"level":"local"}' },
    ],
    [
      { delete: 'c', deletes: [{ q: { accountId: 'a' }, limit: 0 }], writeConcern: { w: 1 } },
      { index: 'ofAccount', deadline: 'manyMs', concern: '{"w":1}' },
    ],
    [{ insert: 'c', documents: [{}] }, {}],
    [
      {
        update: 'c',
        updates: [{ q: { _id: 1, accountId: 'a' }, u: [{ $set: { a: { $bsonSize: '$b' } } }] }],
      },
      { index: '_id_', needs: '4.4' },
    ],
  ])('%j', (command, expected) => {
    expect(findings(command)).toEqual(expected);
  });

  it.each([
    [{ index: 'i' }, null],
    [{}, null],
    [{ index: 'i', needs: '5.2', shards: 'some' } as const, null],
    [{ index: null }, 'no index serves it'],
    [{ index: 'i', sorts: true } as const, 'it is sorted by the server'],
    [{ index: 'i', shards: 'all' } as const, 'every machine of a cluster is asked'],
    [{ index: 'i', concern: 'null' }, 'it has a concern of its own'],
    [{ index: 'i', rest: 'x' }, 'it looks at more than it finds'],
  ])('a reason is asked for: %j', (entry, expected) => {
    expect(oddity(entry)).toBe(expected);
  });
});
