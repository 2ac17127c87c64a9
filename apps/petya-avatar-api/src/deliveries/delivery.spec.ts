import { describe, expect, it } from '@jest/globals';
import type { StatusUpdateDto } from '#contracts';
import { isForeign, judgeRepeat, judgeUnnumbered, toDelivery } from './delivery.js';

const update = (changes: Partial<StatusUpdateDto> = {}): StatusUpdateDto => ({
  sessionId: 's-1',
  status: 'completed',
  transcript: [{ role: 'user', transcript: 'hi', timestamp: 1_760_000_000 }],
  ...changes,
});

describe('reading a status update', () => {
  it('takes version 1, an uncut and complete transcript for granted', () => {
    expect(toDelivery(update())).toMatchObject({ version: 1, truncated: false, complete: true });
  });

  it('hashes the same content alike, however it is written', () => {
    const { hash } = toDelivery(update());
    const same: Partial<StatusUpdateDto>[] = [
      { version: 7 },
      { accountId: 'somebody' },
      { visitorId: 'ada' },
      { visitorId: 'ada', proved: true },
      { truncated: false, complete: true },
      { transcript: [{ role: 'user', transcript: 'hi', timestamp: 1_760_000_000_000 }] },
      { transcript: [{ role: 'user', transcript: 'hi', absolute_timestamp: 1_760_000_000 }] },
    ];
    for (const changes of same) expect(toDelivery(update(changes)).hash).toBe(hash);
  });

  it('hashes other content otherwise', () => {
    const hashes = [
      {},
      { status: 'failed' as const },
      { endReason: 'idle' as const },
      { durationSeconds: 1 },
      { truncated: true },
      { complete: false },
      { transcript: [] },
      { transcript: [{ role: 'avatar' as const, transcript: 'hi', timestamp: 1_760_000_000 }] },
      { transcript: [{ role: 'user' as const, transcript: 'hi!', timestamp: 1_760_000_000 }] },
      { transcript: [{ role: 'user' as const, transcript: 'hi', timestamp: 1_760_000_001 }] },
    ].map((changes) => toDelivery(update(changes)).hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('prefers the absolute time, because the other may count from the start of the session', () => {
    const transcript = [
      { role: 'user' as const, transcript: 'hi', timestamp: 12, absolute_timestamp: 1_760_000_012 },
    ];
    const [turn] = toDelivery(update({ transcript })).turns;
    expect(turn?.timestamp.toISOString()).toBe('2025-10-09T08:53:32.000Z');
  });
});

describe('a conversation', () => {
  it.each([
    ['ada', true, 'own', 'ada', null, false],
    ['ada', true, 'external', 'ada', true, false],
    ['ada', true, 'own', 'ada', false, true],
    ['ada', false, 'external', 'ada', false, false],
    ['ada', true, 'own', 'eve', null, true],
    ['ada', true, 'own', null, null, true],
    ['ada', false, 'own', 'eve', null, false],
    ['ada', false, 'own', null, null, false],
    ['ada', false, 'own', 'eve', true, true],
    ['ada', false, 'external', 'eve', false, true],
    ['ada', false, 'external', null, null, true],
    [null, false, 'own', 'eve', true, false],
    [null, false, 'own', null, null, false],
    [null, false, 'external', 'eve', false, true],
    [null, false, 'external', 'eve', true, true],
    [null, false, 'external', null, null, true],
  ] as const)(
    'of %j, opened with proof: %s, named by its %s id, is foreign to a session of %j (%j): %s',
    (visitorId, proof, named, ofSession, isProved, foreign) => {
      const session = { visitorId: ofSession, isProved };
      const known = { visitorId, proof, named, isUntouched: false, hasSession: false };
      expect(isForeign(known, session)).toBe(foreign);
    },
  );

  it.each([
    ['nobody touched it yet', true, false, null, null, false],
    ['nobody touched it yet', true, false, 'eve', false, true],
    ['nobody touched it yet', true, false, 'eve', true, true],
    ['it holds the session', false, true, null, null, false],
    ['it holds the session', false, true, 'eve', false, false],
  ] as const)(
    'of nobody, named by its external id, where %s (%s, %s), is foreign to a session of %j (%j): %s',
    (_why, isUntouched, hasSession, ofSession, isProved, foreign) => {
      const nobodys = { visitorId: null, proof: false, named: 'external' } as const;
      const session = { visitorId: ofSession, isProved };
      expect(isForeign({ ...nobodys, isUntouched, hasSession }, session)).toBe(foreign);
    },
  );

  it.each([
    ['ada', false, 'own', true, false],
    ['ada', false, 'external', true, false],
    ['ada', true, 'own', false, true],
  ] as const)(
    'of %s (proof: %s, named: %s) holds the session: nobody else’s by now (%s, %s)',
    (visitorId, proof, named, _kept, foreign) => {
      const known = { visitorId, proof, named, isUntouched: false, hasSession: true };
      expect(isForeign(known, { visitorId: null, isProved: null })).toBe(foreign);
    },
  );
});

describe('a delivery that met a record of its session', () => {
  it.each([
    [2, 'a', 1, 'a', 'stale'],
    [2, 'a', 1, 'b', 'stale'],
    [1, 'a', 1, 'a', 'duplicate'],
    [1, 'a', 1, 'b', 'conflict'],
  ])(
    'with version %d and hash %s, being version %d and hash %s, is a %s',
    (version, hash, deliveredVersion, deliveredHash, verdict) => {
      const delivered = { version: deliveredVersion, hash: deliveredHash };
      expect(judgeRepeat({ version, hash }, delivered)).toBe(verdict);
    },
  );
});

describe('an update without a version', () => {
  const stored = (status: 'active' | 'completed' | 'failed', hash: string) => ({
    version: 4,
    hash,
    status,
  });

  it.each([
    ['the first', null, 'completed', 1],
    ['other words, while it runs', stored('active', 'b'), 'active', 5],
    ['its end', stored('active', 'b'), 'completed', 5],
    ['its end in other words', stored('completed', 'b'), 'completed', 5],
    ['its end otherwise', stored('completed', 'b'), 'failed', 5],
    ['the same again', stored('completed', 'a'), 'completed', 'duplicate'],
    ['active after the end', stored('completed', 'b'), 'active', 'stale'],
    ['active after a failure', stored('failed', 'b'), 'active', 'stale'],
    ['active again after the end', stored('completed', 'a'), 'active', 'duplicate'],
    ['after a record that says no status', { version: 4, hash: 'b' }, 'active', 5],
  ] as const)('%s', (_, session, status, verdict) => {
    expect(judgeUnnumbered(session, { hash: 'a', status })).toBe(verdict);
  });
});
