import { describe, expect, it } from '@jest/globals';
import type { StatusUpdateDto } from '#contracts';
import { isForeign, judgeRepeat, toDelivery } from './delivery.js';

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
    ['ada', true, 'ada', false],
    ['ada', true, 'eve', true],
    ['ada', true, null, true],
    ['ada', false, 'eve', false],
    [null, false, 'eve', false],
    [null, false, null, false],
  ])('of %j, opened with proof: %s, is foreign to a session of %j: %s', (...row) => {
    const [visitorId, proof, ofSession, foreign] = row;
    expect(isForeign({ visitorId, proof }, { visitorId: ofSession })).toBe(foreign);
  });
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
