import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anAccount, aSession, START, TRACE_ID } from '../../../../test/support/session.factory.js';
import { capsOf } from './domain/caps.js';
import { freeSlot, newSession, type NewSession, requestHash } from './new-session.js';

const given: NewSession = {
  vendor: 'liveavatar',
  account: anAccount(),
  origin: 'https://shop.test',
  request: { conversation_id: 'conversation-1', visitor_id: 'visitor-1' },
  standing: { visitorId: null, conversation: 'unknown' },
  opener: 'opener-1',
  idempotencyKey: 'key-1',
  traceId: TRACE_ID,
  slot: 3,
  maxSessionSeconds: 1200,
  now: START,
};

describe('a new session', () => {
  it('holds its slot and what it was asked for, and nothing of a vendor yet', () => {
    expect(newSession(given)).toMatchObject({
      traceId: TRACE_ID,
      enteredAt: { creating: START },
      id: expect.stringMatching(/^[\w-]{22}$/),
      state: 'creating',
      vendor: 'liveavatar',
      vendorSessionId: null,
      vendorToken: null,
      media: null,
      accountId: 'acc-1',
      conversationId: 'conversation-1',
      visitorId: 'visitor-1',
      proved: false,
      namedBy: 'unknown',
      grant: expect.stringMatching(/^[\w-]{22}$/),
      startedBy: null,
      offeredAt: START,
      opener: 'opener-1',
      origin: 'https://shop.test',
      slot: 3,
      rev: 0,
      createdAt: START,
      seenAt: START,
      startedAt: null,
      endedAt: null,
      endReason: null,
      stop: null,
      turns: 0,
      delivery: { version: 0, deliveredVersion: 0, nextAttemptAt: null },
    });
  });

  it('has an id and a grant of its own each time', () => {
    const names = [newSession(given), newSession(given)].flatMap(({ id, grant }) => [id, grant]);
    expect(new Set(names).size).toBe(4);
  });

  it('belongs to the visitor that was proved, whoever was named', () => {
    const standing = { visitorId: 'visitor-2', conversation: 'own' } as const;
    for (const request of [given.request, { visitor_id: null }, {}]) {
      expect(newSession({ ...given, request, standing })).toMatchObject({
        visitorId: 'visitor-2',
        proved: true,
        namedBy: 'own',
      });
    }
  });

  it('keeps what the account was configured for', () => {
    expect(newSession(given).config).toEqual({
      avatarId: '9c9b9a1e-7d6c-4b5a-8f4e-3d2c1b0a9f8e',
      voiceId: 'voice-1',
      contextId: 'context-1',
      language: 'en',
      intro: 'Hello and welcome.',
      maxSessionSeconds: 1200,
      maxTranscriptTurns: 5000,
    });
  });

  it.each([
    [600, 1200, 600],
    [1200, 600, 600],
    [86_400, 1200, 1200],
  ])('of an account with %i s where %i s is the most lasts %i s', (account, most, expected) => {
    const limits = { ...anAccount().limits, maxSessionSeconds: account };
    const session = newSession({
      ...given,
      account: anAccount({ limits }),
      maxSessionSeconds: most,
    });
    expect(session.config.maxSessionSeconds).toBe(expected);
  });

  it.each<[number | null | undefined, number, boolean]>([
    [undefined, 1200, false],
    [null, 1200, false],
    [1201, 1200, false],
    [1200, 1200, false],
    [1199.9, 1199, true],
    [30, 30, true],
  ])('with %p s left of the minutes lasts %i s, and ends with them: %p', (left, lasts, isLeft) => {
    const { config } = newSession({ ...given, secondsLeft: left });
    expect([config.maxSessionSeconds, config.endsWithMinutes ?? false]).toEqual([lasts, isLeft]);
  });

  it('keeps which minutes its account may use', () => {
    const limits = { ...anAccount().limits, maxSecondsPerMonth: 600 };
    const { config } = newSession({ ...given, account: anAccount({ limits }) });
    expect(config.caps).toEqual(capsOf(limits));
  });

  it.each([{}, { conversation_id: null, visitor_id: null }])(
    'belongs to no conversation when it was asked for with %j',
    (request) => {
      expect(newSession({ ...given, request })).toMatchObject({
        conversationId: null,
        visitorId: null,
      });
    },
  );

  it('remembers what its idempotency key was used with, and nothing without one', () => {
    const { idempotencyKey, idempotencyHash } = newSession(given);
    expect([idempotencyKey, idempotencyHash]).toEqual(['key-1', requestHash(given.request)]);
    expect(newSession({ ...given, idempotencyKey: null })).toMatchObject({
      idempotencyKey: null,
      idempotencyHash: null,
    });
  });
});

describe('two token requests', () => {
  it('are the same where null is said or nothing', () => {
    expect(requestHash({})).toBe(requestHash({ conversation_id: null, visitor_id: null }));
  });

  it('are the same only where they ask for the same', () => {
    const id = fc.option(fc.stringMatching(/^[ab",\]]{1,3}$/));
    const request = fc.record({ conversation_id: id, visitor_id: id });
    fc.assert(
      fc.property(request, request, (one, other) => {
        const isSame =
          one.conversation_id === other.conversation_id && one.visitor_id === other.visitor_id;
        expect(requestHash(one) === requestHash(other)).toBe(isSame);
      }),
    );
  });
});

describe('a free slot', () => {
  it.each([
    [[], 0, null],
    [[], 1, 0],
    [[0], 1, null],
    [[0, 1, 2], 5, 3],
    [[1, 2], 5, 0],
    [[0, 2], 5, 1],
    [[0, 1, 7], 2, null],
    [[7], 2, 0],
    [[6, 7], 2, null],
    [[0, 7, 8], 2, null],
    [[null, null], 2, 0],
  ])('among %j of %i is %p', (slots, count, expected) => {
    expect(
      freeSlot(
        slots.map((slot) => aSession({ slot })),
        count,
      ),
    ).toBe(expected);
  });

  it('is the lowest that nobody has, and there is one exactly while fewer live than may', () => {
    const taken = fc.array(fc.option(fc.nat(12)), { maxLength: 15 });
    fc.assert(
      fc.property(taken, fc.nat(12), (slots, count) => {
        const live = slots.map((slot) => ({ slot }));
        const free = freeSlot(live, count);
        const isFull = new Set(slots.filter((slot) => slot !== null)).size >= count;
        expect(free === null).toBe(isFull);
        if (free === null) return;
        expect(free).toBeLessThan(count);
        expect(slots).not.toContain(free);
        for (let lower = 0; lower < free; lower += 1) expect(slots).toContain(lower);
      }),
    );
  });

  it('is given out until all are taken, whoever leaves in between', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 40 }), (leaving) => {
        const live = new Map<number, { slot: number }>();
        for (const gone of leaving) {
          const slot = freeSlot([...live.values()], 5);
          expect(slot === null).toBe(live.size === 5);
          if (slot !== null) live.set(slot, { slot });
          if (gone < 3) live.delete(gone);
        }
      }),
    );
  });
});
