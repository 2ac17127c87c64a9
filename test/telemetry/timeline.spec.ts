import { describe, expect, it } from '@jest/globals';
import { samplesOf } from './scrape.js';
import { type Phase, seriesOf } from './timeline.js';

const scraped = (atMs: number, text: string) => ({ atMs, text, samples: samplesOf(text) });

/** An hour of a job `a` between two scrapes that lie twelve seconds apart. */
const phase = (minutes: number, first: string, second: string): Phase => ({
  minutes,
  seen: { a: [scraped(0, first), scraped(12_000, second)] },
});
const down: Phase = { minutes: 5, seen: { a: null } };

const valuesOf = (name: string, phases: readonly Phase[]) =>
  seriesOf(phases).find(({ series }) => series.startsWith(`${name}{`))?.values;

describe('the series of some phases', () => {
  it('are those that were scraped, with their job', () => {
    const series = seriesOf([phase(2, 'x{l="a\\"b"} 1', 'x{l="a\\"b"} 1')]);
    expect(series.map((each) => each.series)).toEqual([
      'up{job="a",instance="a-1"}',
      'x{l="a\\"b",job="a",instance="a-1"}',
    ]);
  });

  it('have counters that grow as they did, and never fall', () => {
    const phases = [phase(10, 'n_total 1', 'n_total 3'), phase(10, 'n_total 5', 'n_total 5')];
    expect(valuesOf('n_total', phases)).toBe('3+10x9 103+0x9');
    const later = [phase(10, '', ''), phase(10, '', 'n_total 2')];
    expect(valuesOf('n_total', later)).toBe('_x10 2+10x9');
  });

  it('have ages that grow on where they grew with the time, and gauges that stay', () => {
    const lag = 'avatar_outbox_oldest_seconds';
    expect(valuesOf(lag, [phase(10, `${lag} 1`, `${lag} 5`)])).toBe('5+0x9');
    const phases = [phase(10, `${lag} 0\ng 1`, `${lag} 0\ng 4`), phase(5, `${lag} 2`, `${lag} 14`)];
    expect(valuesOf(lag, phases)).toBe('0+0x9 14+60x4');
    expect(valuesOf('g', phases)).toBe('4+0x9 _x5');
  });

  it('have nothing of an app that did not answer but that', () => {
    const phases = [phase(10, 'g 1', 'g 1'), down];
    expect(valuesOf('up', phases)).toBe('1+0x9 0+0x4');
    expect(valuesOf('g', phases)).toBe('1+0x9 _x5');
  });
});
