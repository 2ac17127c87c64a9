import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { compiledPath } from '../stack/project-root.js';
import { type AppName, starts } from './misfits.js';

/** Longest a start with a configuration that does not fit may take. */
const REFUSAL_MS = 2_000;

type Environment = Readonly<Record<string, string>>;

interface Refusal {
  readonly code: number | null;
  readonly output: string;
  /** What the start takes on a machine that is its own: its work and its waits. */
  readonly ms: number;
}

/** Runs in the process itself: others' load on this machine is no time of this start. */
const TELL_TIME = `import { writeSync } from 'node:fs';
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, String((user + system) / 1000 + performance.eventLoopUtilization().idle));
});`;

function start(app: AppName, environment: Environment): Promise<Refusal> {
  const entry = compiledPath('apps', app, 'src', 'main.js');
  const teller = `data:text/javascript,${encodeURIComponent(TELL_TIME)}`;
  const child = spawn(process.execPath, ['--import', teller, entry], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, ...streams] = child.stdio.map((stream) => {
    let text = '';
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return () => text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      const [output, errors, told] = streams.map((read) => read());
      resolve({ code, output: `${output}${errors}`, ms: Number(told || 'NaN') });
    });
  });
}

/** The process ends at once, names the variable, and shows the value of none. */
async function expectRefusal(app: AppName, environment: Environment, name: string): Promise<void> {
  const { code, output, ms } = await start(app, environment);
  expect([code, output]).toEqual([1, expect.stringMatching(new RegExp(`^ +${name} `, 'm'))]);
  const { NODE_ENV: mode = '', ...others } = environment;
  const values = mode === 'production' ? Object.values(others) : [mode, ...Object.values(others)];
  for (const value of values.filter((each) => each.length > 4)) expect(output).not.toContain(value);
  expect(ms).toBeLessThan(REFUSAL_MS);
}

function without(environment: Environment, name: string): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([each]) => each !== name));
}

beforeAll(() => {
  if (!existsSync(compiledPath('apps'))) {
    throw new Error('Compile the workspace first: node test/stack/compile.mjs (npm test does).');
  }
});

describe.each(Object.keys(starts) as AppName[])('%s', (app) => {
  const { needed, malformed } = starts[app];

  it.each(Object.keys(needed))('does not start without %s', async (name) => {
    await expectRefusal(app, without(needed, name), name);
  });

  it.each(Object.keys(needed))('does not start with an empty %s', async (name) => {
    await expectRefusal(app, { ...needed, [name]: '' }, name);
  });

  it.each(Object.entries(malformed))('does not start with %s=%s', async (name, value) => {
    await expectRefusal(app, { ...needed, [name]: value }, name);
  });
});

describe('the avatar app with the legacy vendor', () => {
  it.each<Environment>([{}, { HEYGEN_API_KEY: '' }])(
    'does not start without its key: %j',
    async (key) => {
      const { needed } = starts['ilianaai-avatar'];
      const environment = { ...needed, HEYGEN_ENABLED: 'true', ...key };
      await expectRefusal('ilianaai-avatar', environment, 'HEYGEN_API_KEY');
    },
  );
});

describe.each(['production', ''])('with NODE_ENV "%s"', (mode) => {
  const OWN: Readonly<Record<AppName, Environment>> = {
    'ilianaai-avatar': { SESSION_TOKEN_SECRET: 's'.repeat(40) },
    'petya-avatar-api': { API_KEY_PEPPER: 'p'.repeat(40) },
  };

  it.each<[AppName, string, string]>([
    ['ilianaai-avatar', 'LIVEAVATAR_BASE_URL', 'http://api.liveavatar.example'],
    ['ilianaai-avatar', 'SESSION_TOKEN_SECRET', 'local-only-secret-of-the-session-tokens'],
    ['ilianaai-avatar', 'LIVEAVATAR_API_KEY', 'local-only-vendor-key'],
    ['ilianaai-avatar', 'PETYA_AUTH_TOKEN', 'local-only-service-token'],
    ['ilianaai-avatar', 'ADMIN_TOKEN', 'change-me-change-me'],
    ['petya-avatar-api', 'API_KEY_PEPPER', ''],
    ['petya-avatar-api', 'API_KEY_PEPPER', 'local-only-pepper-of-the-keys'],
    ['petya-avatar-api', 'SERVICE_TOKENS', 'local-only-service-token'],
    ['petya-avatar-api', 'ADMIN_TOKEN', 'change-me-change-me'],
  ])('%s refuses %s=%s', async (app, name, value) => {
    const production = { ...starts[app].needed, ...OWN[app], NODE_ENV: mode };
    await expectRefusal(app, { ...production, [name]: value }, name);
  });

  it('the avatar app refuses the legacy vendor over plain http', async () => {
    const production = {
      ...starts['ilianaai-avatar'].needed,
      ...OWN['ilianaai-avatar'],
      NODE_ENV: mode,
      HEYGEN_ENABLED: 'true',
      HEYGEN_API_KEY: 'h'.repeat(40),
      HEYGEN_BASE_URL: 'http://api.heygen.example',
    };
    await expectRefusal('ilianaai-avatar', production, 'HEYGEN_BASE_URL');
  });
});
