import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { makeTenant, type Tenant } from './tenant.js';

/** Ids that are looked for at once. */
const AT_ONCE = 1_000;

const GUESSES = 100_000;

let petya: RunningPetya;
let shop: Tenant;
/** What somebody sees who makes a few things of their own. */
let seen: string[];
let hidden: Set<string>;

beforeAll(async () => {
  petya = await startPetya();
  shop = await makeTenant(petya);
  seen = [];
  hidden = new Set();
  for (let each = 0; each < 20; each += 1) {
    const ids = await makeAll();
    if (each % 2 === 0) seen.push(...ids);
    else ids.forEach((id) => hidden.add(id));
  }
});
afterAll(() => petya.stop());

/** Ids of a visitor, a conversation and a message, in the order they were made in. */
async function makeAll(): Promise<string[]> {
  const visitorId = await shop.makeVisitor();
  const conversationId = await shop.openConversation({ visitorId });
  const message = await shop.post(conversationId, 'secret');
  return [visitorId, conversationId, String(message.body['messageId'])];
}

const bytesOf = (id: string) => Buffer.from(id, 'base64url');

describe('ids of what belongs to a visitor', () => {
  it('are 128 bits, of which two made one after another share no more than chance gives them', () => {
    const ids = [...seen, ...hidden];
    expect(new Set(ids).size).toBe(60);
    let equalBits = 0;
    for (const [at, id] of ids.entries()) {
      expect(bytesOf(id)).toHaveLength(16);
      const next = bytesOf(ids[(at + 1) % ids.length] ?? '');
      equalBits += 128 - bitsIn(bytesOf(id).map((byte, index) => byte ^ (next[index] ?? 0)));
    }
    // 60 pairs of 128 bits, half of them alike: a deviation of six sigma is one in a billion.
    const expected = 30 * 128;
    expect(Math.abs(equalBits - expected)).toBeLessThan(6 * Math.sqrt((60 * 128) / 4));
  });

  it('do not rise with the time', () => {
    const rises = seen.filter((id, at) => at > 0 && id > (seen[at - 1] ?? '')).length;
    expect(rises).toBeGreaterThan(3);
    expect(rises).toBeLessThan(seen.length - 4);
  });

  it(`are not found by ${GUESSES} guesses near those that were seen`, async () => {
    const own = new Set(seen);
    let found = 0;
    for (let from = 0; from < GUESSES; from += AT_ONCE) {
      const guesses = Array.from({ length: AT_ONCE }, (_unused, at) => near(from + at));
      const strangers = guesses.filter((id) => !own.has(id));
      expect(strangers.length).toBeGreaterThan(AT_ONCE / 2);
      for (const name of ['visitors', 'conversations', 'messages']) {
        const records = petya.connection.collection<{ _id: string }>(name);
        found += await records.countDocuments({ _id: { $in: strangers } });
      }
    }
    expect(found).toBe(0);
  });

  it('are what such a search would find', async () => {
    const records = petya.connection.collection<{ _id: string }>('visitors');
    expect(await records.countDocuments({ _id: { $in: [...hidden] } })).toBe(10);
  });
});

/** The n-th id near one that was seen: counted up or down, or with some of its bits turned. */
function near(n: number): string {
  const id = bytesOf(seen[n % seen.length] ?? '');
  const step = Math.floor(n / seen.length);
  if (n % 3 === 0) id[step % 16] = (id[step % 16] ?? 0) ^ (1 + (step % 255));
  else id.writeUInt32BE((id.readUInt32BE(12) + (n % 3 === 1 ? step + 1 : -step - 1)) >>> 0, 12);
  return id.toString('base64url');
}

function bitsIn(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}
