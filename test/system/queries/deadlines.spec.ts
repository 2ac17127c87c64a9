import { describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '../../../libs/platform/src/mongo/operation-deadlines.js';
import { deadlineOf, SENT_BY } from './deadlines.js';

describe('the deadline of a statement', () => {
  it.each([
    [{ command: 'find', isOfOne: false }, 'callMs'],
    [{ command: 'aggregate', isOfOne: false }, 'callMs'],
    [{ command: 'update', isOfOne: true }, 'callMs'],
    [{ command: 'update', isOfOne: false }, 'manyMs'],
    [{ command: 'delete', isOfOne: true }, 'callMs'],
    [{ command: 'delete', isOfOne: false }, 'manyMs'],
    [{ command: 'insert', isOfOne: true }, 'callMs'],
  ])('%j: %s', (statement, deadline) => {
    expect(deadlineOf(statement)).toBe(deadline);
  });

  it('is the same whichever operation sends it', () => {
    const divided = Object.entries(SENT_BY).filter(
      ([, operations]) => new Set(operations.map((name) => OPERATIONS[name].reach)).size !== 1,
    );
    expect(divided).toEqual([]);
  });

  it('of what no operation is known to send is nobody’s guess', () => {
    expect(() => deadlineOf({ command: 'mapReduce', isOfOne: false })).toThrow('mapReduce');
  });
});
