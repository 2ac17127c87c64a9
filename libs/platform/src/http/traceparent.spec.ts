import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newSpanId, newTraceId, traceIdOf, traceparentOf } from './traceparent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const GOOD = `00-${TRACE}-${PARENT}-01`;

describe('the trace that a header names', () => {
  it.each([
    ['sampled', GOOD],
    ['not sampled', `00-${TRACE}-${PARENT}-00`],
    ['with flags that are not known', `00-${TRACE}-${PARENT}-ff`],
    ['of a later version', `01-${TRACE}-${PARENT}-01`],
    ['of the last version', `fe-${TRACE}-${PARENT}-01`],
    ['of a later version that says more', `cc-${TRACE}-${PARENT}-01-what-will-be`],
    ['of a later version that says nothing more', `cc-${TRACE}-${PARENT}-01-`],
    ['of a later version that says much more', `cc-${TRACE}-${PARENT}-01-${'x'.repeat(256)}`],
  ])('is found: %s', (_what, header) => {
    expect(traceIdOf(header)).toBe(TRACE);
  });

  it.each([
    ['there is none', undefined],
    ['it is empty', ''],
    ['it is white', '   '],
    ['it begins with white', ` ${GOOD}`],
    ['it ends with white', `${GOOD} `],
    ['it ends with a line end', `${GOOD}\n`],
    ['a second line follows', `${GOOD}\n${GOOD}`],
    ['it came twice', `${GOOD}, ${GOOD}`],
    ['it came twice without a space', `${GOOD},${GOOD}`],
    ['it came twice in a later version', `cc-${TRACE}-${PARENT}-01-x, ${GOOD}`],
    ['it came twice, the first empty', `, ${GOOD}`],
    ['it is a list', [GOOD]],
    ['it is a list of two', [GOOD, GOOD]],
    ['the version is ff', `ff-${TRACE}-${PARENT}-01`],
    ['the version is one digit', `0-${TRACE}-${PARENT}-01`],
    ['the version is three digits', `000-${TRACE}-${PARENT}-01`],
    ['the version is no number', `.0-${TRACE}-${PARENT}-01`],
    ['the version has capitals', `CC-${TRACE}-${PARENT}-01`],
    ['the trace is all zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['the trace is all zeros in a later version', `cc-${'0'.repeat(32)}-${PARENT}-01`],
    ['the trace has capitals', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['the trace is short', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['the trace is long', `00-${TRACE}0-${PARENT}-01`],
    ['the trace has another letter', `00-${TRACE.slice(1)}g-${PARENT}-01`],
    ['the trace has a letter that looks alike', `00-${TRACE.slice(1)}а-${PARENT}-01`],
    ['the trace has a full-width digit', `00-${TRACE.slice(1)}０-${PARENT}-01`],
    ['the parent is all zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the parent has capitals', `00-${TRACE}-${PARENT.toUpperCase()}-01`],
    ['the parent is short', `00-${TRACE}-${PARENT.slice(1)}-01`],
    ['the parent is long', `00-${TRACE}-${PARENT}0-01`],
    ['there are no flags', `00-${TRACE}-${PARENT}`],
    ['the flags are empty', `00-${TRACE}-${PARENT}-`],
    ['the flags are one digit', `00-${TRACE}-${PARENT}-1`],
    ['the flags have capitals', `00-${TRACE}-${PARENT}-0A`],
    ['the flags are no number', `00-${TRACE}-${PARENT}-0x`],
    ['version 00 says more', `${GOOD}-more`],
    ['version 00 ends with a dash', `${GOOD}-`],
    ['version 00 ends with a dot', `${GOOD}.`],
    ['a later version has longer flags', `cc-${TRACE}-${PARENT}-012`],
    ['a later version goes on with a dot', `cc-${TRACE}-${PARENT}-01.what`],
    ['a later version goes on with a control', `cc-${TRACE}-${PARENT}-01-\u0000`],
    ['a later version goes on with a line', `cc-${TRACE}-${PARENT}-01-\r\nSet-Cookie: a=b`],
    ['a later version goes on with script', `cc-${TRACE}-${PARENT}-01-é`],
    ['a later version says too much', `cc-${TRACE}-${PARENT}-01-${'x'.repeat(257)}`],
    ['underscores part it', GOOD.replaceAll('-', '_')],
    ['nothing parts it', GOOD.replaceAll('-', '')],
    ['it is a key', 'SE_5799564546777614'],
    ['it is a query of a database', '{"$gt":""}'],
  ])('is none where %s', (_what, header) => {
    expect(traceIdOf(header)).toBeNull();
  });

  it('is nothing but 32 digits, whatever comes', () => {
    const pieces = fc.oneof(
      fc.string(),
      fc.constantFrom('00', 'cc', TRACE, PARENT, '01', '-', ','),
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        expect(traceIdOf(parts.join('-')) ?? TRACE).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  it('takes no longer for a header of 16 KB that nearly fits', () => {
    expect(traceIdOf(`cc-${TRACE}-${PARENT}-01${'-'.repeat(16_000)}\n`)).toBeNull();
    expect(traceIdOf('-'.repeat(16_000))).toBeNull();
    expect(traceIdOf('0'.repeat(16_000))).toBeNull();
  });
});

describe('a new trace', () => {
  it('is one that a header may name, and another each time', () => {
    const made = Array.from({ length: 100 }, newTraceId);
    for (const id of made) expect(traceIdOf(`00-${id}-${PARENT}-00`)).toBe(id);
    expect(new Set(made).size).toBe(made.length);
  });
});

describe('the header for another service', () => {
  it('names the trace, and a step that is another each time', () => {
    const made = [traceparentOf(TRACE), traceparentOf(TRACE)];
    for (const header of made) {
      expect([traceIdOf(header), header.slice(-2)]).toEqual([TRACE, '00']);
    }
    expect(new Set(made).size).toBe(2);
  });

  it('says which step asks, and whether it is kept', () => {
    expect(traceparentOf(TRACE, PARENT, true)).toBe(GOOD);
    expect(newSpanId()).toMatch(/^[0-9a-f]{16}$/);
  });
});
