import { describe, expect, it } from '@jest/globals';
import { RequestLedger, recordableHeaders, type LedgerFilter } from './ledger.js';

function row(route: string, sessionId?: string) {
  const at = '2026-10-01T09:00:00.000Z';
  const base = { at, method: 'POST', path: `/v1/${route}`, credential: 'none' as const };
  return { ...base, route, sessionId, headers: {}, body: null };
}

const everything: LedgerFilter = { since: 0, limit: Infinity, route: null, sessionId: null };

describe('RequestLedger', () => {
  it('numbers rows from one and completes them when they are answered', () => {
    const ledger = new RequestLedger();
    const first = ledger.open(row('start'));
    ledger.open(row('stop'));
    ledger.answered(first, 201);
    expect(ledger.list(everything).map(({ seq, status }) => [seq, status])).toEqual([
      [1, 201],
      [2, null],
    ]);
    expect(ledger.counts()).toEqual({
      requests: 2,
      byRoute: { start: 1, stop: 1 },
      byStatus: { '201': 1 },
    });
  });

  it('filters by point, number, route and session', () => {
    const ledger = new RequestLedger();
    for (const route of ['a', 'b', 'a']) ledger.open(row(route, `session of ${route}`));
    const seqs = (filter: Partial<LedgerFilter>) =>
      ledger.list({ ...everything, ...filter }).map(({ seq }) => seq);
    expect(seqs({ since: 1 })).toEqual([2, 3]);
    expect(seqs({ limit: 2 })).toEqual([1, 2]);
    expect(seqs({ route: 'a' })).toEqual([1, 3]);
    expect(ledger.list({ ...everything, sessionId: 'session of b' })).toHaveLength(1);
  });

  it('keeps header names and values, but no value of a credential', () => {
    const headers = { 'x-api-key': 'k', authorization: 'Bearer t', cookie: 'c', accept: '*/*' };
    expect(recordableHeaders(headers)).toEqual({
      'x-api-key': '(not kept)',
      authorization: '(not kept)',
      cookie: '(not kept)',
      accept: '*/*',
    });
  });
});
