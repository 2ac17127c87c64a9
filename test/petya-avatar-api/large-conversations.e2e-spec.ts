import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { deliver, makeTenant, type Tenant, turn } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  tenant = await makeTenant(petya);
});
afterAll(() => petya.stop());

const START = 1_760_000_000;
const body = (sessionId: string, transcript: object[]) => ({
  sessionId,
  status: 'completed',
  transcript,
});

describe('a conversation of 5,000 turns', () => {
  it('is stored and read back, every turn once and in order', async () => {
    const id = await tenant.openConversation();
    const words = Array.from({ length: 5000 }, (_unused, index) => `turn ${index}`);
    const transcript = words.map((word, index) =>
      turn(index % 2 === 0 ? 'avatar' : 'user', word, START + Math.floor(index / 3)),
    );
    expect((await deliver(petya, id, body('long', transcript))).status).toBe(200);
    const read: string[] = [];
    let query = '?limit=100';
    for (;;) {
      const page = await tenant.read(id, query);
      expect(page.transcript.length).toBeLessThanOrEqual(100);
      read.push(...page.transcript.map((each) => each.transcript));
      if (page.nextCursor === null) break;
      query = `?limit=100&cursor=${page.nextCursor}`;
    }
    expect(read).toEqual(words);
  });

  it('is one turn short of what is refused', async () => {
    const id = await tenant.openConversation();
    const transcript = Array.from({ length: 5001 }, () => turn('user', 'x', START));
    const answer = await deliver(petya, id, body('too-long', transcript));
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual(['/transcript']);
  });
});

describe('the size of what is said', () => {
  it('may be 32 KiB in one turn, counted in UTF-8, and not a byte more', async () => {
    const id = await tenant.openConversation();
    const fits = `${'é'.repeat(16 * 1024 - 1)}ab`;
    expect(Buffer.byteLength(fits)).toBe(32 * 1024);
    const stored = await deliver(petya, id, body('fits', [turn('user', fits, START)]));
    expect(stored.status).toBe(200);
    expect((await tenant.read(id)).transcript[0]?.transcript).toBe(fits);
    const over = await deliver(petya, id, body('over', [turn('user', `${fits}c`, START)]));
    expectProblem(over, 422, 'invalid_input');
    expect(pointers(over)).toEqual(['/transcript/0/transcript']);
  });

  it('may be 4 MiB a session until the conversation would outgrow 12 MiB, and nothing is lost', async () => {
    const id = await tenant.openConversation();
    const session = (name: string) =>
      body(
        name,
        Array.from({ length: 128 }, (_unused, index) =>
          turn('avatar', `${name} ${'x'.repeat(32_000)}`, START + index),
        ),
      );
    for (const name of ['one', 'two', 'three']) {
      expect((await deliver(petya, id, session(name))).status).toBe(200);
    }
    expectProblem(await deliver(petya, id, session('four')), 413, 'conversation_full');
    const page = await tenant.read(id, '?limit=1');
    expect(page.sessions.map(({ sessionId }) => sessionId)).toEqual(['one', 'two', 'three']);
    // A session that stands already may be delivered anew: its old turns make room.
    const again = await deliver(petya, id, { ...session('two'), version: 2 });
    expect([again.status, again.body.duplicate]).toEqual([200, false]);
    const small = await deliver(petya, id, body('small', [turn('user', 'hi', START)]));
    expect(small.status).toBe(200);
  });

  it('may come in a body of up to 16 MiB on the status route alone', async () => {
    const id = await tenant.openConversation();
    // Every character as a six-byte escape: 2 MiB of text in a body of 12 MiB.
    const escaped = '\\u0041'.repeat(32 * 1024);
    const turns = Array.from(
      { length: 64 },
      () => `{"role":"user","transcript":"${escaped}","timestamp":${START}}`,
    );
    const raw = `{"sessionId":"escaped","status":"completed","transcript":[${turns.join(',')}]}`;
    const path = `/avatar/conversations/${id}/status`;
    const headers = { authorization: 'Bearer service-token-of-this-run' };
    expect(raw.length).toBeGreaterThan(12 * 1024 * 1024);
    expect((await petya.call('POST', path, { headers, raw })).status).toBe(200);
    const over = `${raw.slice(0, -1)},"x":"${'y'.repeat(5 * 1024 * 1024)}"}`;
    expectProblem(await petya.call('POST', path, { headers, raw: over }), 413, 'payload_too_large');
    const elsewhere = await tenant.post(id, 'z'.repeat(70 * 1024));
    expectProblem(elsewhere, 413, 'payload_too_large');
  });
});
