import { describe, expect, it } from '@jest/globals';
import { toDelivery } from './delivery.js';
import { toSessionRecord } from './delivery-write.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('what is kept of a delivered session', () => {
  it.each([
    ['has its trace', { traceId: TRACE_ID }, { traceId: TRACE_ID }],
    ['has its visitor', { visitorId: 'ada' }, { visitorId: 'ada' }],
    ['has how long it was', { durationSeconds: 61.5 }, { durationSeconds: 61.5 }],
    ['has no member of which nothing was said', {}, {}],
  ])('%s', (_what, told, kept) => {
    const delivery = toDelivery({
      sessionId: 's-1',
      status: 'completed',
      transcript: [],
      ...told,
    });
    const { hash, bytes } = toSessionRecord(delivery, NOW);
    expect(toSessionRecord(delivery, NOW)).toStrictEqual({
      sessionId: 's-1',
      status: 'completed',
      version: 1,
      truncated: false,
      complete: true,
      deliveredAt: NOW,
      hash,
      bytes,
      ...kept,
    });
  });
});
