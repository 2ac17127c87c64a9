import { describe, expect, it } from '@jest/globals';
import { FaultList, readFault } from './faults.js';

describe('readFault', () => {
  it('strikes once, at once, and knows which kinds carry the request out', () => {
    expect(readFault({ route: 'start', kind: 'cut' })).toMatchObject({
      times: 1,
      after: 0,
      effect: true,
    });
    expect(readFault({ route: 'start', kind: 'status' }).effect).toBe(false);
    expect(readFault({ route: 'start', kind: 'status', effect: true }).effect).toBe(true);
  });

  it.each([
    [null],
    [{ route: 'start' }],
    [{ route: 'nowhere', kind: 'hang' }],
    [{ route: 'start', kind: 'explode' }],
    [{ route: 'start', kind: 'hang', times: -2 }],
    [{ route: 'start', kind: 'hang', after: 0.5 }],
    [{ route: 'start', kind: 'status', status: 600 }],
    [{ route: 'start', kind: 'status', status: '500' }],
  ])('refuses %j', (input) => {
    expect(() => readFault(input)).toThrow(TypeError);
  });
});

describe('FaultList', () => {
  it('lets the oldest matching fault strike and counts it down', () => {
    const faults = new FaultList();
    faults.add(readFault({ route: 'start', kind: 'hang', after: 1 }));
    faults.add(readFault({ route: '*', kind: 'html', times: 2 }));
    const kinds = ['start', 'start', 'stop', 'stop'].map((route) => faults.take(route)?.kind);
    expect(kinds).toEqual(['html', 'hang', 'html', undefined]);
    expect(faults.list()).toEqual([]);
  });

  it('keeps a fault without end until it is cleared', () => {
    const faults = new FaultList();
    faults.add(readFault({ route: 'stop', kind: 'reset', times: -1 }));
    for (let count = 0; count < 50; count++) expect(faults.take('stop')?.kind).toBe('reset');
    faults.clear();
    expect(faults.take('stop')).toBeNull();
  });
});
