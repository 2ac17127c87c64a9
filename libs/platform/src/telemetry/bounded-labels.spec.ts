import { describe, expect, it } from '@jest/globals';
import { BoundedLabels } from './bounded-labels.js';

const NAMES = ['method', 'route', 'status'];

describe('the label sets of a metric', () => {
  it('are as they came, up to so many', () => {
    const labels = new BoundedLabels(NAMES, 2);
    const first = labels.of(['GET', '/a', '200']);
    expect(first).toEqual({ method: 'GET', route: '/a', status: '200' });
    expect(labels.of(['GET', '/b', '200'])).toEqual({ method: 'GET', route: '/b', status: '200' });
    expect(labels.of(['GET', '/c', '500'])).toEqual({
      method: 'other',
      route: 'other',
      status: 'other',
    });
    expect(labels.of(['GET', '/a', '200'])).toBe(first);
  });

  it('are told apart by each of their values', () => {
    const labels = new BoundedLabels(NAMES, 5);
    const sets = [
      ['GET', '/a', '200'],
      ['GET/', 'a', '200'],
      ['GET', '/a2', '00'],
      ['', 'GET/a', '200'],
    ];
    expect(sets.map((values) => Object.values(labels.of(values)))).toEqual(sets);
  });

  it('keep what is worth keeping beyond that, which has its own bound', () => {
    const labels = new BoundedLabels(NAMES, 1, { names: ['status'], most: 1 });
    labels.of(['GET', '/a', '200']);
    const beyond = (status: string) => ({ method: 'other', route: 'other', status });
    expect(labels.of(['GET', '/b', '500'])).toEqual(beyond('500'));
    expect(labels.of(['PUT', '/c', '500'])).toEqual(beyond('500'));
    expect(labels.of(['PUT', '/c', '503'])).toEqual(beyond('other'));
  });

  it('are never more than it says, whatever comes', () => {
    const labels = new BoundedLabels(NAMES, 50, { names: ['status'], most: 7 });
    const seen = new Set<string>();
    for (let each = 0; each < 5_000; each += 1) {
      seen.add(JSON.stringify(labels.of([`M${each % 7}`, `/${each}`, String(each % 900)])));
    }
    expect([seen.size, labels.size]).toEqual([58, 58]);
  });
});
