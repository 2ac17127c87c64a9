import { describe, expect, it } from '@jest/globals';
import { traceNamedBy } from './life-names.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('the trace that a text names', () => {
  it.each([
    ['an id', TRACE, TRACE],
    ['an id as some tools show it', TRACE.toUpperCase(), TRACE],
    ['a whole header', `00-${TRACE}-${PARENT}-01`, TRACE],
    ['a header in capitals', `00-${TRACE}-${PARENT}-01`.toUpperCase(), TRACE],
    ['a header of a later version', `01-${TRACE}-${PARENT}-01-more`, TRACE],
    ['an id that is too short', TRACE.slice(1), null],
    ['an id with hyphens', '0af76519-16cd-43dd-8448-eb211c80319c', null],
    ['a header that is none', `00-${TRACE}-${PARENT}`, null],
    ['a header of no trace', `00-${'0'.repeat(32)}-${PARENT}-01`, null],
    ['another id', 'conversation-1', null],
  ])('%s', (_what, text, trace) => {
    expect(traceNamedBy(text)).toBe(trace);
  });
});
