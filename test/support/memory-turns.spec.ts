import { describe, it } from '@jest/globals';
import { MemoryTurns } from './memory-turns.js';
import { TURN_RECORD_CASES } from './turn-records.cases.js';

describe('the turns in memory', () => {
  it.each(TURN_RECORD_CASES)('%s', async (_what, isKept) => {
    await isKept(new MemoryTurns(() => Promise.resolve()));
  });
});
