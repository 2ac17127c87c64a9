import { describe, expect, it } from '@jest/globals';
import type { CpuProfile } from './costs.js';
import { flameChart } from './flame-chart.js';

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});

const driver = 'file:///srv/node_modules/mongodb/lib/cursor.js';
const ours = 'file:///srv/apps/ilianaai-avatar/src/main.js';

/** Three quarters in the driver, called from two places of one function of ours. */
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 4, 6]),
    node(2, 'serve', ours, [3]),
    node(3, 'read', driver),
    node(4, 'serve', ours, [5]),
    node(5, 'read', driver),
    node(6, '(idle)', ''),
  ],
  samples: [2, 3, 5, 5, 6],
  timeDeltas: [100, 100, 100, 100, 50_000],
};

/** Each frame's words, with its place and width in the picture. */
function frames(svg: string): string[] {
  const shapes = svg.matchAll(
    /<title>([^<]*)<\/title><rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g,
  );
  return [...shapes].map(([, words, x, y, width]) => `${words} at ${x},${y} for ${width}`);
}

describe('a flame chart', () => {
  it('is as wide as the time that was used, callers below what they call', () => {
    expect(frames(flameChart(profile, 'lives'))).toEqual([
      'serve apps/ilianaai-avatar/src/main.js: 100.0 % at 0.0,26 for 1200.0',
      'read mongodb: 75.0 % at 0.0,43 for 900.0',
    ]);
  });

  it('leaves out what nobody could see, and writes no name as markup', () => {
    const samples = [...new Array<number>(999).fill(3), 2];
    const nodes = [
      node(1, '(root)', '', [2, 3]),
      node(2, 'small', ours),
      node(3, '<script>', driver),
    ];
    const svg = flameChart({ nodes, samples, timeDeltas: samples.map(() => 100) }, 'a & b');
    expect(frames(svg)).toEqual(['&#60;script&#62; mongodb: 99.9 % at 0.0,26 for 1198.8']);
    expect(svg).toContain('a &#38; b, 100 ms');
  });
});
