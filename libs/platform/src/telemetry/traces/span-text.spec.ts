import { describe, expect, it } from '@jest/globals';
import type { End, Operation } from '../operation.js';
import { sessionIdOf, spanText } from './span-text.js';

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
    [step, { outcome: 'ok' }, 'upkeep stop', { 'avatar.step': 'stop' }],
    [
      start,
      { outcome: 'vendor_full' },
      'start session',
      {
        'avatar.vendor': 'heygen',
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

  it.each<[Operation, string | null]>([
    [request('GET', session), 'vendor-1'],
    [request('GET'), null],
    [step, 'vendor-1'],
    [start, 'vendor-1'],
    [{ kind: 'open', vendor: 'heygen', session: { recordId: 'record-1' } }, null],
    [call, null],
    [database, null],
  ])('of a session: %j is about %p', (operation, sessionId) => {
    expect(sessionIdOf(operation)).toBe(sessionId);
  });

  it('is one object for all that say the same, whatever they are about', () => {
    const end = { outcome: '200', route: '/v1/sessions/stop' };
    const one = spanText(request('POST', session), end);
    expect(spanText(request('POST'), { ...end })).toBe(one);
    const others: [Operation, End][] = [
      [request('GET'), end],
      [request('POST'), { ...end, outcome: '201' }],
      [request('POST'), { ...end, route: '/v1/sessions/start' }],
      [request('POST'), { outcome: '200', route: null }],
      [call, { outcome: 'ok' }],
      [call, { outcome: 'failed' }],
      [database, { outcome: 'ok' }],
      [step, { outcome: 'ok' }],
      [start, { outcome: 'ok' }],
      [{ ...start, kind: 'open', session: { recordId: 'record-1' } }, { outcome: 'ok' }],
    ];
    const texts = new Set([one, ...others.map(([operation, ended]) => spanText(operation, ended))]);
    expect(texts.size).toBe(others.length + 1);
  });

  it('is its own for each kind, whatever they are called', () => {
    const end = { outcome: 'ok', route: null };
    const said: Operation[] = [
      { kind: 'request', method: 'GET', traceparent: undefined },
      { kind: 'call', peer: 'GET', name: '' },
      { kind: 'database', collection: 'GET', name: '' },
      { kind: 'open', vendor: 'GET', session: { recordId: 'record-1' } },
      { kind: 'start', vendor: 'GET', traceId: null },
      { kind: 'step', name: 'GET', traceId: null },
      { kind: 'step', name: '', traceId: null },
      { kind: 'call', peer: '', name: 'GET' },
      { kind: 'database', collection: '', name: 'GET' },
    ];
    const texts = new Set(said.map((operation) => spanText(operation, end)));
    expect(texts.size).toBe(said.length);
  });
});
