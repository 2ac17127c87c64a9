import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import type { AccountDto, AccountListDto, ApiKeyListDto, CreatedApiKeyDto } from '#contracts';
import { PETYA_ADMIN_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { demoApiKey } from './demo-account.js';
import { projectRoot } from './project-root.js';

const SIMULATED = { NODE_ENV: 'development' };
const REAL_VENDOR = { NODE_ENV: 'development', LIVEAVATAR_API_KEY: 'sk_V2_hgu_kQ9x7' };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-account-'));
  await build({
    entryPoints: [join(projectRoot, 'test', 'stack', 'demo-account.command.ts')],
    outfile: join(folder, 'command.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the command as docker compose does, around a Petya that keeps what earlier runs left. */
async function provide(petya: RunningPetya, kind: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(folder, 'command.mjs')], {
    env: {
      PETYA_URL: petya.baseUrl,
      ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
      ALLOWED_ORIGINS: 'http://localhost:8080',
      SECRET_KEY_FILE: join(folder, 'secret-key'),
      ...kind,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  const code = child.exitCode;
  const secretKey = await readFile(join(folder, 'secret-key'), 'utf8');
  return { code, said, secretKey };
}

/** Status of what the holder of a key reads first. */
async function statusWith(petya: RunningPetya, key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  return (await petya.call('GET', '/account/config', { headers })).status;
}

async function withPetya(
  work: (petya: RunningPetya) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const petya = await startPetya({ environment });
  try {
    await work(petya);
  } finally {
    await petya.stop();
  }
}

describe('an older demo account', () => {
  it.each([
    ['a real vendor', REAL_VENDOR],
    ['a real vendor of the legacy kind', { NODE_ENV: 'development', HEYGEN_API_KEY: 'a-real-key' }],
    ['production', { NODE_ENV: 'production' }],
    ['what is production where nothing is said', {}],
  ])('is closed with all of its keys for %s, and that is said', async (_for, kind) => {
    await withPetya(async (petya) => {
      const { secretKey } = await provide(petya, SIMULATED);
      expect(await statusWith(petya, demoApiKey)).toBe(200);
      expect(await statusWith(petya, secretKey)).toBe(200);
      const closed = await provide(petya, kind);
      expect(closed).toEqual({
        code: 0,
        secretKey: '',
        said: expect.stringMatching(
          /^No demo account [^\n]*\nThe older one, [0-9a-f]{24}, [^\n]*\n$/,
        ),
      });
      expect(await statusWith(petya, demoApiKey)).toBe(403);
      expect(await statusWith(petya, secretKey)).toBe(403);
      const again = await provide(petya, kind);
      expect(again).toEqual({
        code: 0,
        secretKey: '',
        said: expect.stringMatching(/^No demo account [^\n]*\n$/),
      });
    });
  });

  it('closes alone: the accounts of customers stay as they are', async () => {
    await withPetya(async (petya) => {
      const { body: shop } = await petya.admin<AccountDto>('POST', '/accounts', { name: 'Shop' });
      const path = `/accounts/${shop.accountId}`;
      const { body } = await petya.admin<CreatedApiKeyDto>('POST', `${path}/keys`, {});
      await provide(petya, SIMULATED);
      await provide(petya, REAL_VENDOR);
      expect((await petya.admin('GET', path)).body).toEqual(shop);
      expect(await statusWith(petya, body.key)).toBe(200);
    });
  });

  it('is the same account again with the simulated vendor', async () => {
    await withPetya(async (petya) => {
      const first = await provide(petya, SIMULATED);
      await provide(petya, REAL_VENDOR);
      const back = await provide(petya, SIMULATED);
      expect({ code: back.code, said: back.said }).toEqual({ code: 0, said: first.said });
      expect(await statusWith(petya, demoApiKey)).toBe(200);
      expect(await statusWith(petya, back.secretKey)).toBe(200);
      expect(await statusWith(petya, first.secretKey)).toBe(401);
    });
  });

  it('is found again among more accounts than one page lists', async () => {
    await withPetya(async (petya) => {
      for (let made = 0; made < 101; made += 1) {
        await petya.admin('POST', '/accounts', { name: 'Shop' });
      }
      await provide(petya, SIMULATED);
      await provide(petya, REAL_VENDOR);
      const { body } = await petya.admin<AccountListDto>('GET', '/accounts?limit=1');
      await petya.admin('PATCH', `/accounts/${body.items[0]?.accountId}`, { suspended: true });
      expect((await provide(petya, SIMULATED)).code).toBe(0);
      expect(await statusWith(petya, demoApiKey)).toBe(200);
      const { body: after } = await petya.admin<AccountListDto>('GET', '/accounts?limit=1');
      expect(after.items[0]?.suspended).toBe(true);
    });
  });

  it('that cannot be closed stops the start, and the operator is told what to do', async () => {
    await withPetya(async (petya) => {
      await provide(petya, SIMULATED);
      const refused = await provide(petya, { ...REAL_VENDOR, ADMIN_TOKEN: 'of-somebody-else' });
      expect(refused.code).toBe(1);
      expect(refused.said).toMatch(/demo account [0-9a-f]{24} .*Suspend it/);
      expect(refused.secretKey).toBe('');
    });
  });

  it('whose key is revoked, or that never was, is nothing to close', async () => {
    await withPetya(async (petya) => {
      const none = await provide(petya, REAL_VENDOR);
      expect([none.code, none.said.split('\n').length]).toEqual([0, 2]);
      await provide(petya, SIMULATED);
      const { body } = await petya.admin<AccountListDto>('GET', '/accounts');
      const keys = `/accounts/${body.items[0]?.accountId}/keys`;
      const { body: list } = await petya.admin<ApiKeyListDto>('GET', keys);
      const customer = list.items.find(({ kind }) => kind === 'customer');
      await petya.admin('DELETE', `${keys}/${customer?.keyId}`);
      const revoked = await provide(petya, REAL_VENDOR);
      expect([revoked.code, revoked.said.split('\n').length]).toEqual([0, 2]);
    });
  });
});
