import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MinHeap } from './min-heap.js';

const ascending = (a: number, b: number) => a - b;

describe('MinHeap', () => {
  it('answers undefined when it is empty, also after it was not', () => {
    const heap = new MinHeap<number>(ascending);
    expect(heap.pop()).toBeUndefined();
    heap.push(1);
    expect(heap.pop()).toBe(1);
    expect(heap.pop()).toBeUndefined();
  });

  it('always gives the smallest of what it holds', () => {
    const operations = fc.array(fc.option(fc.integer({ min: 0, max: 50 })), { maxLength: 300 });
    fc.assert(
      fc.property(operations, (plan) => {
        const heap = new MinHeap<number>(ascending);
        const held: number[] = [];
        for (const number of plan) {
          if (number === null) {
            held.sort(ascending);
            expect(heap.pop()).toBe(held.shift());
          } else {
            heap.push(number);
            held.push(number);
          }
        }
      }),
    );
  });
});
