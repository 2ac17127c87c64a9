import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { TraceCollector } from '../../../../../test/support/trace-collector.js';
import { until } from '../../../../../test/support/until.js';
import type { EndedSpan, SpanText } from './span.js';
import { SpanExport } from './span-export.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

let collector: TraceCollector;
let endpoint: string;
const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);

beforeEach(async () => {
  warn.mockClear();
  collector = new TraceCollector();
  endpoint = await collector.start();
});
afterEach(() => collector.stop());

function aText(more: Partial<SpanText> = {}): SpanText {
  return {
    name: 'upkeep stop',
    kind: 'internal',
    attributes: { 'avatar.step': 'stop', 'http.response.status_code': 200 },
    isFault: false,
    ...more,
  };
}

function aSpan(more: Partial<EndedSpan> = {}): EndedSpan {
  return {
    id: 'b7ad6b7169203331',
    parent: null,
    text: aText(),
    sessionId: null,
    startMs: 1_700_000_000_000.25,
    endMs: 1_700_000_000_001.75,
    ...more,
  };
}

const anExport = (headers: Record<string, string> = {}): SpanExport =>
  new SpanExport({ endpoint, headers, serviceName: 'gateway', ratio: 1 });

const put = (to: SpanExport, spans: readonly EndedSpan[]): void =>
  to.put({ traceId: TRACE, count: spans.length, spans: () => spans });

const lost = (): number =>
  warn.mock.calls.reduce((sum, [line]) => sum + (line as { spansLost: number }).spansLost, 0);

describe('a collector', () => {
  it('is sent what a span says, with the headers that it wants', async () => {
    const spans = anExport({ 'api-key': 'key-of-the-collector' });
    const parent = { id: 'c7ad6b7169203331', isRemote: true };
    put(spans, [
      aSpan(),
      aSpan({
        id: 'd7ad6b7169203331',
        parent,
        text: aText({ kind: 'client', isFault: true }),
        sessionId: 'vendor-1',
      }),
    ]);
    await spans.close();
    expect(collector.spans).toEqual([
      {
        service: 'gateway',
        traceId: TRACE,
        id: 'b7ad6b7169203331',
        parentId: null,
        name: 'upkeep stop',
        kind: 1,
        startMs: 1_700_000_000_000.25,
        endMs: 1_700_000_000_001.75,
        attributes: { 'avatar.step': 'stop', 'http.response.status_code': 200 },
        isFault: false,
      },
      expect.objectContaining({
        parentId: parent.id,
        kind: 3,
        attributes: {
          'avatar.step': 'stop',
          'http.response.status_code': 200,
          'avatar.session_id': 'vendor-1',
        },
        isFault: true,
      }),
    ]);
    expect(collector.asked[0]?.['api-key']).toBe('key-of-the-collector');
    expect(warn).not.toHaveBeenCalled();
  });

  it('is sent them while the app runs', async () => {
    const spans = anExport();
    put(spans, [aSpan()]);
    await until('it has them', async () => collector.spans.length === 1);
    await spans.close();
  });
});

describe('a collector that', () => {
  const many = (count: number): EndedSpan[] => Array.from({ length: count }, () => aSpan());

  it('answers nothing takes a bounded room, and holds up an end for a moment', async () => {
    collector.fault = 'hang';
    const spans = anExport();
    for (let round = 0; round < 100; round += 1) put(spans, many(100));
    expect(lost()).toBeGreaterThan(0);
    await spans.close();
    // One line as it begins, and one for the rest.
    expect([warn.mock.calls.length, lost()]).toEqual([2, 10_000]);
  });

  it('answers nothing takes no more than there is room for, whole recordings', async () => {
    collector.fault = 'hang';
    const spans = anExport();
    put(spans, many(4_000));
    put(spans, many(97));
    expect(lost()).toBe(97);
    put(spans, many(96));
    expect(lost()).toBe(97);
    await spans.close();
    expect(lost()).toBe(4_193);
  });

  it.each([500, 'reset'] as const)('fails costs its spans, which is told: %s', async (fault) => {
    collector.fault = fault;
    const spans = anExport({ 'api-key': 'key-of-the-collector' });
    put(spans, many(600));
    await spans.close();
    expect(lost()).toBe(600);
    expect(JSON.stringify(warn.mock.calls)).not.toMatch(/key-of|127\.0\.0\.1/);
  });

  it('cannot be told what was recorded costs that batch, and the app goes on', async () => {
    const spans = anExport();
    const fail = (): never => {
      throw new Error('cannot be spelt out');
    };
    spans.put({ traceId: TRACE, count: 1_024, spans: fail });
    put(spans, many(3));
    await spans.close();
    expect([lost(), collector.spans.length]).toEqual([1_024, 3]);
  });

  it('refuses some costs those, which is told without its words', async () => {
    collector.answer = {
      partialSuccess: { rejectedSpans: '2', errorMessage: 'key-of-the-collector' },
    };
    const spans = anExport();
    put(spans, many(5));
    await spans.close();
    expect(lost()).toBe(2);
    expect(JSON.stringify(warn.mock.calls)).not.toMatch(/key-of/);
  });

  it('is not there costs its spans', async () => {
    await collector.stop();
    const spans = anExport();
    put(spans, many(3));
    await spans.close();
    expect(lost()).toBe(3);
  });

  it('is back has what comes then', async () => {
    collector.fault = 500;
    const spans = anExport();
    put(spans, many(512));
    await until('they are lost', async () => lost() === 512);
    collector.fault = null;
    put(spans, many(3));
    await spans.close();
    expect(collector.spans).toHaveLength(3);
  });
});
