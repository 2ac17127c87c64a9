import { describe, expect, it } from '@jest/globals';
import { newTraceId } from '../../http/traceparent.js';
import { isKept } from './sampling.js';

const ending = (digits: string): string => `${'a'.repeat(24)}${digits}`;

describe('the part of all traces that is kept', () => {
  it.each([
    ['00000000', 0, false],
    ['00000000', 0.000001, true],
    ['7fffffff', 0.5, true],
    ['80000000', 0.5, false],
    ['ffffffff', 0.999, false],
    ['ffffffff', 1, true],
  ])('decides by the end of its id: %s of %d', (digits, ratio, kept) => {
    expect(isKept(ending(digits), ratio)).toBe(kept);
  });

  it('is as large as it is said to be', () => {
    const ids = Array.from({ length: 4_000 }, newTraceId);
    const share = ids.filter((id) => isKept(id, 0.25)).length / ids.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.06);
  });
});
