import { describe, it } from '@jest/globals';
import { MemorySessions } from './memory-sessions.js';
import { SESSION_RECORD_CASES } from './session-records.cases.js';

describe('the session records in memory', () => {
  it.each(SESSION_RECORD_CASES)('%s', async (_what, isKept) => {
    await isKept(new MemorySessions(() => Promise.resolve()));
  });
});
