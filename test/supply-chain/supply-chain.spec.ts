import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
}

const read = <T>(...path: string[]) =>
  JSON.parse(readFileSync(join(process.cwd(), ...path), 'utf8')) as T;

const lock = read<{ lockfileVersion: number; packages: Record<string, LockedPackage> }>(
  'package-lock.json',
);
const manifest =
  read<Record<'dependencies' | 'devDependencies', Record<string, string>>>('package.json');
/**
 * For each line of a package, the version from which its published holes are closed. The registry
 * here answers no `npm audit`, so the table is kept by hand: add a row with every advisory read.
 */
const minimums = read<Record<string, Record<string, string>>>(
  'test',
  'supply-chain',
  'minimum-versions.json',
);

const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Every copy of a package, also those below other packages. */
const copiesOf = (name: string) =>
  locked
    .filter(([path]) => path.endsWith(`node_modules/${name}`))
    .map(([, { version }]) => version);

const numbers = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number);

function isAtLeast(version: string, minimum: string): boolean {
  const [have, want] = [numbers(version), numbers(minimum)];
  const index = have.findIndex((number, place) => number !== want[place]);
  return index < 0 || Number(have[index]) > Number(want[index]);
}

describe('the lock file', () => {
  it('knows every package by its content, wherever it is fetched from', () => {
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it.each(['dependencies', 'devDependencies'] as const)('names exact %s', (kind) => {
    const loose = Object.entries(manifest[kind]).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
    for (const [name, version] of Object.entries(manifest[kind])) {
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
    }
  });
});

describe('no package is older than the versions that closed its known holes', () => {
  it.each(Object.keys(minimums))('%s', (name) => {
    const versions = copiesOf(name);
    expect(versions).not.toHaveLength(0);
    for (const version of versions) {
      const minimum = minimums[name]?.[version.split('.')[0] ?? ''];
      // A line that is not in the table is one that nobody has looked at.
      expect([name, version, minimum]).toEqual([name, version, expect.any(String)]);
      expect([version, isAtLeast(version, minimum ?? '')]).toEqual([version, true]);
    }
  });

  it('would notice one that is', () => {
    expect(isAtLeast('1.13.4', '1.13.5')).toBe(false);
    expect(isAtLeast('1.9.99', '1.13.5')).toBe(false);
    expect(isAtLeast('2.0.0', '1.13.5')).toBe(true);
    expect(isAtLeast('1.13.5', '1.13.5')).toBe(true);
  });

  it('covers everything that production loads directly', () => {
    const unseen = Object.keys(manifest.dependencies).filter(
      (name) => !(name in minimums) && !NO_INPUT.has(name),
    );
    expect(unseen).toEqual([]);
  });
});

/** Packages that see no input of a stranger, or only through one that is in the table. */
const NO_INPUT = new Set([
  '@nestjs/axios',
  '@nestjs/config',
  '@nestjs/mongoose',
  '@nestjs/swagger',
  // Loaded where a collector is named, whose answers it reads.
  '@opentelemetry/otlp-exporter-base',
  'class-transformer',
  'lru-cache',
  // Loaded where there is a token of the metrics; what it is given are our own names and numbers.
  'prom-client',
  'reflect-metadata',
  'rxjs',
]);
