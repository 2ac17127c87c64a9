import { afterEach, describe, expect, it } from '@jest/globals';
import { newTraceId, traceparentOf } from './src/plugin/trace.js';

const usual = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
afterEach(() => void (usual && Object.defineProperty(globalThis, 'crypto', usual)));

const HEADER = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/;

describe('the trace of a conversation', () => {
  it.each<[string, unknown]>([
    ['as every browser is', globalThis.crypto],
    ['without random numbers', undefined],
    ['whose source was taken away', {}],
    [
      'whose source says no',
      {
        getRandomValues: () => {
          throw new Error('no entropy');
        },
      },
    ],
    ['whose source gives nothing', { getRandomValues: (bytes: Uint8Array) => bytes }],
  ])('is another each time, in a page %s', (_what, value) => {
    Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
    const made = Array.from({ length: 50 }, () => traceparentOf(newTraceId()));
    for (const header of made) expect(header).toMatch(HEADER);
    expect(new Set(made.map((header) => header.slice(3, 35))).size).toBe(made.length);
  });

  it('is the same in each call, of which each is a step of its own', () => {
    const traceId = newTraceId();
    const [first, second] = [traceparentOf(traceId), traceparentOf(traceId)];
    expect([first.slice(3, 35), second.slice(3, 35)]).toEqual([traceId, traceId]);
    expect(first).not.toBe(second);
  });
});
