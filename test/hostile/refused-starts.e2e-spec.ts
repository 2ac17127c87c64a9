import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { compiledPath } from '../stack/project-root.js';

/** Longest a start with a configuration that does not fit may take. */
const REFUSAL_MS = 2_000;

/** Somebody else may need the machine: the quickest of so many starts counts. */
const ATTEMPTS = 3;

/** What a Node process that does nothing takes on a machine that has nothing else to do. */
const PLAIN_START_MS = 60;

/** How many times slower than that this machine is now. */
let strain = 1;

const secret = (letter: string) => letter.repeat(40);

const APPS: Readonly<Record<string, Record<string, string>>> = {
  'ilianaai-avatar': {
    MONGODB_URI: 'mongodb://127.0.0.1:1/avatar',
    LIVEAVATAR_API_KEY: secret('k'),
    PETYA_BASE_URL: 'http://127.0.0.1:1',
    PETYA_AUTH_TOKEN: secret('t'),
    SESSION_TOKEN_SECRET: secret('s'),
  },
  'petya-avatar-api': {
    MONGODB_URI: 'mongodb://127.0.0.1:1/petya',
    SERVICE_TOKENS: secret('t'),
    API_KEY_PEPPER: secret('p'),
  },
};

interface Refusal {
  readonly code: number | null;
  readonly output: string;
  readonly ms: number;
}

function start(app: string, env: Record<string, string>): Promise<Refusal> {
  const began = performance.now();
  return new Promise((resolve) => {
    const entry = compiledPath('apps', app, 'src', 'main.js');
    const child = spawn(process.execPath, [entry], { env: { PATH: process.env['PATH'], ...env } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output, ms: performance.now() - began });
    });
  });
}

async function expectRefusal(app: string, change: Record<string, string>, name: string) {
  const given = { PORT: '0', ...APPS[app], ...change };
  let quickest = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && quickest > REFUSAL_MS * strain; attempt += 1) {
    const { code, output, ms } = await start(app, given);
    expect([code, output]).toEqual([1, expect.stringContaining(name)]);
    const { NODE_ENV: _mode, ...secretive } = given as Record<string, string>;
    const values = Object.values(secretive).filter((value) => value.length > 3);
    for (const value of values) expect(output).not.toContain(value);
    quickest = Math.min(quickest, ms);
  }
  expect(quickest).toBeLessThan(REFUSAL_MS * strain);
}

beforeAll(() => {
  if (!existsSync(compiledPath('apps'))) {
    throw new Error('Compile the workspace first: node test/stack/compile.mjs (npm test does).');
  }
  const began = performance.now();
  for (let start = 0; start < 3; start += 1) spawnSync(process.execPath, ['-e', '']);
  strain = Math.max(1, (performance.now() - began) / 3 / PLAIN_START_MS);
});

describe.each([
  ['ilianaai-avatar', 'MONGODB_URI', 'http://not-a-database'],
  ['ilianaai-avatar', 'LIVEAVATAR_API_KEY', 'with spaces in it'],
  ['ilianaai-avatar', 'PETYA_BASE_URL', 'ftp://petya/path'],
  ['ilianaai-avatar', 'PETYA_AUTH_TOKEN', 'with spaces in it'],
  ['petya-avatar-api', 'MONGODB_URI', 'http://not-a-database'],
  ['petya-avatar-api', 'SERVICE_TOKENS', 'tooshort,'],
])('%s without a %s that fits', (app, name, malformed) => {
  it.each([
    ['is empty', ''],
    ['does not fit', malformed],
  ])('stops at once, names it and never its value, where it %s', async (_how, value) => {
    await expectRefusal(app, { [name]: value }, name);
  });
});

describe('in production', () => {
  const production = { NODE_ENV: 'production' };

  it.each([
    ['ilianaai-avatar', 'LIVEAVATAR_BASE_URL', 'http://api.liveavatar.example'],
    ['ilianaai-avatar', 'SESSION_TOKEN_SECRET', 'local-only-secret-of-the-session-tokens'],
    ['ilianaai-avatar', 'SESSION_TOKEN_SECRET', ''],
    ['ilianaai-avatar', 'LIVEAVATAR_API_KEY', 'local-only-vendor-key'],
    ['petya-avatar-api', 'API_KEY_PEPPER', ''],
    ['petya-avatar-api', 'SERVICE_TOKENS', 'local-only-service-token'],
    ['petya-avatar-api', 'ADMIN_TOKEN', 'change-me-change-me'],
  ])('%s refuses %s=%s', async (app, name, value) => {
    await expectRefusal(app, { ...production, [name]: value }, name);
  });
});
