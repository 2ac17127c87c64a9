import { describe, expect, it } from '@jest/globals';
import type { End, Operation } from '../operation.js';
import { spanText } from './span-text.js';

const session = { recordId: 'record-1', sessionId: 'vendor-1' };
const request = (method: string, about?: typeof session): Operation => ({
  kind: 'request',
  method,
  traceparent: undefined,
  notes: { trace: 'a'.repeat(32), session: about },
});
const call: Operation = { kind: 'call', peer: 'petya', name: 'config' };
const database: Operation = { kind: 'database', name: 'findOne', collection: 'sessions' };
const step: Operation = { kind: 'step', name: 'stop', traceId: null, session };
const start: Operation = { kind: 'start', vendor: 'heygen', traceId: null, session };
const OF_DATABASE = {
  'db.system.name': 'mongodb',
  'db.operation.name': 'findOne',
  'db.collection.name': 'sessions',
};

describe('what a span says', () => {
  it.each<[Operation, End, string, object]>([
    [
      request('POST', session),
      { outcome: '200', route: '/v1/sessions/stop' },
      'POST /v1/sessions/stop',
      {
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'http.route': '/v1/sessions/stop',
        'avatar.session_id': 'vendor-1',
      },
    ],
    [
      request('SECRET'),
      { outcome: '404', route: null },
      '_OTHER',
      { 'http.request.method': '_OTHER', 'http.response.status_code': 404 },
    ],
    [
      call,
      { outcome: 'ok' },
      'petya config',
      { 'peer.service': 'petya', 'avatar.operation': 'config' },
    ],
    [database, { outcome: 'ok' }, 'findOne sessions', OF_DATABASE],
    [
      database,
      { outcome: 'failed' },
      'findOne sessions',
      { ...OF_DATABASE, 'avatar.outcome': 'failed' },
    ],
    [
      step,
      { outcome: 'ok' },
      'upkeep stop',
      { 'avatar.step': 'stop', 'avatar.session_id': 'vendor-1' },
    ],
    [
      start,
      { outcome: 'vendor_full' },
      'start session',
      {
        'avatar.vendor': 'heygen',
        'avatar.session_id': 'vendor-1',
        'avatar.outcome': 'vendor_full',
      },
    ],
    [
      { kind: 'open', vendor: 'heygen', session: { recordId: 'record-1' } },
      { outcome: 'ok' },
      'open session',
      { 'avatar.vendor': 'heygen' },
    ],
  ])('of %j that ended as %j', (operation, end, name, attributes) => {
    expect(spanText(operation, end)).toMatchObject({ name, attributes });
    expect(Object.keys(spanText(operation, end).attributes)).toEqual(Object.keys(attributes));
  });

  it.each<[Operation, string, boolean]>([
    [request('GET'), '499', false],
    [request('GET'), '500', true],
    [call, 'refused', false],
    [call, 'slow_down', false],
    [call, 'timeout', true],
    [database, 'duplicate', false],
    [database, 'failed', true],
    [step, 'failed', true],
  ])('of a fault: %j that ended as %s: %p', (operation, outcome, isFault) => {
    expect(spanText(operation, { outcome }).isFault).toBe(isFault);
  });
});
