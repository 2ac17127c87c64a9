import { describe, expect, it } from '@jest/globals';
import { exportJson, refusedSpans, spansJson } from './otlp-json.js';
import type { EndedSpan, Recorded, SpanText } from './span.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SOURCE = { serviceName: 'ilianaai-avatar', version: '1.2.3' };

function aText(more: Partial<SpanText> = {}): SpanText {
  return { name: 'findOne sessions', kind: 'client', attributes: {}, isFault: false, ...more };
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

const pieceOf = (batch: readonly Recorded[]): Buffer => Buffer.from(spansJson(batch));
const written = (batch: readonly Recorded[]): string =>
  exportJson(SOURCE, [pieceOf(batch)]).toString();

/** Spans as a request has them. */
function sent(spans: readonly EndedSpan[]): unknown[] {
  const text = written([{ traceId: TRACE, count: spans.length, spans: () => spans }]);
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: [{ scopeSpans: [{ spans: unknown[] }] }];
  };
  return resourceSpans[0].scopeSpans[0].spans;
}

const parsed = (more: Partial<EndedSpan>): unknown => sent([aSpan(more)])[0];

describe('a span in the JSON of OTLP', () => {
  it('has all that is known of it, in the names and numbers of the protocol', () => {
    expect(parsed({})).toEqual({
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      flags: 0x101,
      name: 'findOne sessions',
      kind: 3,
      startTimeUnixNano: '1700000000000250000',
      endTimeUnixNano: '1700000000001750000',
      attributes: [],
      status: { code: 0 },
    });
  });

  it.each([
    [{ text: aText({ kind: 'internal' }) }, { kind: 1 }],
    [{ text: aText({ kind: 'server' }) }, { kind: 2 }],
    [{ text: aText({ isFault: true }) }, { status: { code: 2 } }],
    [{ text: aText({ name: 'GET "/v1/\\' }) }, { name: 'GET "/v1/\\' }],
    [
      { parent: { id: 'c7ad6b7169203331', isRemote: false } },
      { parentSpanId: 'c7ad6b7169203331', flags: 0x101 },
    ],
    [
      { parent: { id: 'c7ad6b7169203331', isRemote: true } },
      { parentSpanId: 'c7ad6b7169203331', flags: 0x301 },
    ],
    [{ startMs: 5 }, { startTimeUnixNano: '5000000' }],
    [{ startMs: 5.000_001 }, { startTimeUnixNano: '5000001' }],
    [{ startMs: 5.999_999_9 }, { startTimeUnixNano: '6000000' }],
  ] as const)('says %j as %j', (more, said) => {
    expect(parsed(more)).toMatchObject(said);
  });

  it.each([
    ['text', { stringValue: 'text' }],
    ['"},{\\ \u0000\u2028\ud800', { stringValue: '"},{\\ \u0000\u2028\ud800' }],
    ['', { stringValue: '' }],
    [404, { intValue: 404 }],
    [0.5, { doubleValue: 0.5 }],
    // Whose digits would be no JSON, and cost its whole batch.
    [Number.NaN, { doubleValue: null }],
  ])('says %j of an attribute as %j', (value, said) => {
    const attributes = { 'a "key"': value, another: 'one' };
    expect(parsed({ text: aText({ attributes }) })).toMatchObject({
      attributes: [
        { key: 'a "key"', value: said },
        { key: 'another', value: { stringValue: 'one' } },
      ],
    });
  });

  it.each([
    [{}, []],
    [{ a: 1 }, [{ key: 'a', value: { intValue: 1 } }]],
  ])('names its session behind what else it says: %j', (attributes, said) => {
    expect(parsed({ text: aText({ attributes }), sessionId: 'vendor "1"' })).toMatchObject({
      attributes: [...said, { key: 'avatar.session_id', value: { stringValue: 'vendor "1"' } }],
    });
  });

  it('says of two with one text what each of them is', () => {
    const text = aText({ attributes: { a: 1 } });
    const ids = ['b7ad6b7169203331', 'c7ad6b7169203331'];
    expect(sent(ids.map((id) => aSpan({ id, text })))).toMatchObject([
      { spanId: 'b7ad6b7169203331' },
      { spanId: 'c7ad6b7169203331' },
    ]);
  });
});

describe('a request of OTLP', () => {
  it('says whose spans they are', () => {
    expect(JSON.parse(exportJson(SOURCE, []).toString())).toEqual({
      resourceSpans: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'ilianaai-avatar' } },
              { key: 'service.version', value: { stringValue: '1.2.3' } },
            ],
          },
          scopeSpans: [{ scope: { name: 'platform', version: '1.2.3' }, spans: [] }],
        },
      ],
    });
  });

  it('has all of them, in their order', () => {
    const names = ['é 1', 'é 2', 'é 3'];
    const spans = names.map((name) => aSpan({ text: aText({ name }) }));
    expect(sent(spans)).toMatchObject(names.map((name) => ({ name })));
  });

  it('says of each which trace it belongs to', () => {
    const other = 'f'.repeat(32);
    const batch = [TRACE, other].map((traceId) => ({
      traceId,
      count: 2,
      spans: () => [aSpan(), aSpan()],
    }));
    const ids = [...written(batch).matchAll(/"traceId":"(\w+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([TRACE, TRACE, other, other]);
  });

  it('has those of all pieces, in their order', () => {
    const names = ['é 1', 'é 2', 'é 3'];
    const pieces = names.map((name) => {
      const spans = [aSpan({ text: aText({ name }) })];
      return pieceOf([{ traceId: TRACE, count: 1, spans: () => spans }]);
    });
    const text = exportJson(SOURCE, pieces).toString();
    expect([...text.matchAll(/"name":"(é \d)"/g)].map(([, name]) => name)).toEqual(names);
    expect(() => void JSON.parse(text)).not.toThrow();
  });
});

describe('an answer of a collector', () => {
  it.each([
    ['{}', 0],
    ['', 0],
    ['null', 0],
    ['<html>', 0],
    ['{"partialSuccess":null}', 0],
    ['{"partialSuccess":{}}', 0],
    ['{"partialSuccess":{"rejectedSpans":"0","errorMessage":"slow down"}}', 0],
    ['{"partialSuccess":{"rejectedSpans":"5","errorMessage":"too old"}}', 5],
    ['{"partialSuccess":{"rejectedSpans":5}}', 5],
    ['{"partialSuccess":{"rejectedSpans":"-5"}}', 0],
    ['{"partialSuccess":{"rejectedSpans":"five"}}', 0],
    ['{"partialSuccess":{"rejectedSpans":"1e99"}}', 0],
  ])('says how many spans it refused: %s', (answer, refused) => {
    expect(refusedSpans(Buffer.from(answer))).toBe(refused);
  });
});
