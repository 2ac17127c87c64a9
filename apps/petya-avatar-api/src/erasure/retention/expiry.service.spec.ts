import { describe, expect, it } from '@jest/globals';
import { ExpiryService } from './expiry.service.js';

/** Whether a round that found and marked so many is the last about conversations. */
async function isDone(found: number, marked: number, isAllGone = true): Promise<boolean> {
  const removal = { markIdleSince: () => Promise.resolve({ found, marked }) };
  const erasure = { removeSomeMarked: () => Promise.resolve(isAllGone) };
  const service = new ExpiryService(
    ...([removal, erasure, null, null] as unknown as ConstructorParameters<typeof ExpiryService>),
  );
  const before = new Date(0);
  const from = { accountId: 'a', before, conversationsDone: false, visitor: null };
  return (await service.removeSome(from))?.conversationsDone ?? false;
}

describe('a round that removes conversations', () => {
  it.each([
    ['is followed by another one where there may be more', 500, 500, true, false],
    ['is followed by another one where something marked is left', 3, 3, false, false],
    ['is the last where it found fewer than it may', 499, 499, true, true],
    [
      'is the last where it could mark none of what it found: so would the next',
      500,
      0,
      true,
      true,
    ],
  ])('%s', async (_what, found, marked, isAllGone, expected) => {
    expect(await isDone(found, marked, isAllGone)).toBe(expected);
  });
});
