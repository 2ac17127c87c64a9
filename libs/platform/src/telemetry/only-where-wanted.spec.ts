import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../test/stack/project-root.js';

const sources = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => ({ name, text: readFileSync(join(projectRoot, folder, name), 'utf8') })),
);

const filesWith = (pattern: RegExp) =>
  sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

describe('the library that writes metrics', () => {
  it('is known in one place, which is loaded when somebody wants metrics and not before', () => {
    expect(filesWith(/from 'prom-client'|import\('prom-client'\)/)).toEqual([
      'platform/src/telemetry/prometheus.ts',
    ]);
    expect(filesWith(/from '.*\/prometheus\.js'/)).toEqual([]);
    expect(filesWith(/await import\('.*\/prometheus\.js'\)/)).toEqual([
      'platform/src/telemetry/metrics.module.ts',
    ]);
  });
});
