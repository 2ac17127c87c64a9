import { describe, expect, it } from '@jest/globals';
import { randomFillSync } from 'node:crypto';
import { newId } from './new-id.js';

const GUESSES = 10_000_000;

/** Ids that a guesser has seen stand between those that are looked for. */
const ids = Array.from({ length: 2_000 }, () => Buffer.from(newId(), 'base64url'));
const seen = ids.filter((_id, at) => at % 2 === 0);
const hidden = ids.filter((_id, at) => at % 2 === 1);

/** By their first six bytes, because wrong guesses are wrong in those already. */
const byHead = new Map(hidden.map((id) => [headOf(id), id]));

function headOf(id: Buffer): number {
  return id.readUIntBE(0, 6);
}

function isHit(guess: Buffer): boolean {
  return byHead.get(headOf(guess))?.equals(guess) ?? false;
}

describe('ids that were not seen', () => {
  it('are what the search would find', () => {
    expect(hidden.every(isHit)).toBe(true);
    expect(seen.some(isHit)).toBe(false);
  });

  it(`are not found by ${GUESSES} guesses near those that were, and at random`, () => {
    const guess = Buffer.alloc(16);
    const random = Buffer.alloc(65_536);
    let found = 0;
    for (let n = 0; n < GUESSES; n += 1) {
      const step = Math.floor(n / seen.length / 4) + 1;
      const near = seen[n % seen.length] ?? guess;
      near.copy(guess);
      const way = Math.floor(n / seen.length) % 4;
      // Counted up or down from the end, a time in the first bytes moved, or nothing of it at all.
      if (way === 0) guess.writeUInt32BE((near.readUInt32BE(12) + step) >>> 0, 12);
      if (way === 1) guess.writeUInt32BE((near.readUInt32BE(12) - step) >>> 0, 12);
      if (way === 2) guess.writeUInt32BE((near.readUInt32BE(0) + step) >>> 0, 0);
      const at = (n % 4_096) * 16;
      if (at === 0) randomFillSync(random);
      if (way === 3) random.copy(guess, 0, at, at + 16);
      if (isHit(guess)) found += 1;
    }
    expect(found).toBe(0);
  });
});

describe('ids made one after another', () => {
  it('share neither a time nor a counter: each bit is set in half of them, and changes in half', () => {
    const set = Array.from({ length: 128 }, () => 0);
    const changed = Array.from({ length: 128 }, () => 0);
    for (const [at, id] of ids.entries()) {
      for (let bit = 0; bit < 128; bit += 1) {
        const own = bitOf(id, bit);
        set[bit] = (set[bit] ?? 0) + own;
        const before = ids[at - 1];
        if (before) changed[bit] = (changed[bit] ?? 0) + (own ^ bitOf(before, bit));
      }
    }
    // Six sigma of 2,000 throws of a coin.
    const most = 6 * Math.sqrt(ids.length / 4);
    for (const count of [...set, ...changed]) {
      expect(Math.abs(count - ids.length / 2)).toBeLessThan(most);
    }
  });
});

function bitOf(id: Buffer, bit: number): number {
  return ((id[bit >> 3] ?? 0) >> (bit & 7)) & 1;
}
