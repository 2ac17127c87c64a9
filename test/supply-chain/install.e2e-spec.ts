import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';

describe('npm ci --ignore-scripts', () => {
  it('finds package.json and the lock in agreement', () => {
    const flags = ['--ignore-scripts', '--dry-run', '--no-audit', '--no-fund'];
    const { status, stderr } = spawnSync('npm', ['ci', ...flags], { encoding: 'utf8' });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  });
});
