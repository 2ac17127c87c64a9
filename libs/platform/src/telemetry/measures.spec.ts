import { describe, expect, it } from '@jest/globals';
import { labelsOf, labelsOfFact, newCounts, newMeasures } from './measures.js';
import type { End, Fact, Operation } from './operation.js';

const request = (method: string): Operation => ({
  kind: 'request',
  method,
  traceparent: undefined,
});
const server = (method: string, route: string, status: string) => ({
  http_request_method: method,
  http_route: route,
  http_response_status_code: status,
});
const call: Operation = { kind: 'call', peer: 'petya', name: 'status' };
const find: Operation = { kind: 'database', name: 'find', collection: 'sessions' };
const start: Operation = { kind: 'start', vendor: 'liveavatar', traceId: 'a'.repeat(32) };

describe('the labels of what has ended', () => {
  it.each<[Operation, End, object]>([
    [request('GET'), { outcome: '200', route: '/v1/a/:id' }, server('GET', '/v1/a/:id', '200')],
    [request('GET'), { outcome: '404', route: null }, server('GET', 'other', '404')],
    [request('BREW'), { outcome: '405', route: null }, server('other', 'other', '405')],
    [call, { outcome: 'ok' }, { peer: 'petya', operation: 'status', outcome: 'ok' }],
    [find, { outcome: 'failed' }, { db_operation_name: 'find', db_collection_name: 'sessions' }],
    [start, { outcome: 'vendor_full' }, { vendor: 'liveavatar', outcome: 'vendor_full' }],
    [{ kind: 'step', name: 'poll', traceId: null }, { outcome: 'ok' }, {}],
  ])('%j: %j', (operation, end, labels) => {
    expect(labelsOf(newMeasures(), operation, end)).toEqual(labels);
  });

  it.each<[Fact, object]>([
    [
      { kind: 'session-ended', vendor: 'heygen', reason: 'no_show' },
      { vendor: 'heygen', reason: 'no_show' },
    ],
    [{ kind: 'delivery-judged', outcome: 'stale' }, { outcome: 'stale' }],
  ])('%j', (fact, labels) => {
    expect(labelsOfFact(newCounts(), fact)).toEqual(labels);
  });

  it('of what a caller is at fault for never take the place of what is answered', () => {
    const measures = newMeasures();
    for (let each = 0; each < 2_000; each += 1) {
      labelsOf(measures, request('GET'), { outcome: String(400 + (each % 30)), route: `/${each}` });
    }
    const answered = labelsOf(measures, request('GET'), { outcome: '503', route: '/v1/late' });
    expect(answered).toEqual(server('GET', '/v1/late', '503'));
    const refused = labelsOf(measures, request('GET'), { outcome: '401', route: '/v1/late' });
    expect(refused).toEqual(server('other', 'other', '401'));
  });

  it('are so few that all series of an app are fewer than two thousand', () => {
    const { request: ofRequests, ...others } = newMeasures();
    const series = [ofRequests, ...Object.values(others)].map(
      // Each has its buckets, the one of all, the sum and the count.
      ({ buckets, most }) => (buckets.length + 3) * most,
    );
    const counts = Object.values(newCounts()).map(({ most }) => most);
    const all = [...series, ...counts].reduce((sum, each) => sum + each, 0);
    // Gauges and what is told of the process are a hundred at most.
    expect(all).toBeLessThanOrEqual(1_900);
  });
});
