import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lifecycle } from '#platform';
import { projectRoot } from '../stack/project-root.js';
import { expectProblem } from '../support/expect-problem.js';
import { send } from '../support/json-client.js';
import type { AddressesDto } from '#contracts';
import { PETYA_ADMIN_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** More than that nobody loads on a phone at night without noticing. */
const MOST_BYTES = 70_000;

let root: string;
let boardFolder: string;
let petya: RunningPetya;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'board-'));
  execFileSync(process.execPath, [join(projectRoot, 'apps', 'board', 'build.mjs'), root]);
  boardFolder = join(root, 'petya');
  petya = await startPetya({ boardFolder });
});
afterAll(async () => {
  await petya.stop();
  await rm(root, { recursive: true });
});

async function paths(baseUrl: string): Promise<string[]> {
  const text = await (await fetch(`${baseUrl}/board`)).text();
  return ['/board', ...[...text.matchAll(/"(\/board\/[^"]+)"/g)].map(([, path = '']) => path)];
}

describe('Petya’s board', () => {
  it('is three files that run nothing but themselves, and tell no other origin anything', async () => {
    const all = await paths(petya.baseUrl);
    expect(all).toEqual([
      '/board',
      expect.stringMatching(/^\/board\/board\.[0-9a-f]{16}\.css$/),
      expect.stringMatching(/^\/board\/petya\.[0-9a-f]{16}\.js$/),
    ]);
    let bytes = 0;
    for (const path of all) {
      const answer = await fetch(`${petya.baseUrl}${path}`, {
        headers: { origin: 'https://elsewhere.example' },
      });
      const headers = Object.fromEntries(answer.headers);
      expect([path, answer.status, headers]).toMatchObject([
        path,
        200,
        {
          'content-security-policy': POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
          'cache-control': path === '/board' ? 'no-store' : 'max-age=31536000, immutable',
        },
      ]);
      expect(
        Object.keys(headers).filter((name) => /^access-control-|^set-cookie/.test(name)),
      ).toEqual([]);
      bytes += (await answer.arrayBuffer()).byteLength;
    }
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  it('is not there without a token of the operator, nor are its addresses', async () => {
    const closed = await startPetya({ boardFolder, environment: { ADMIN_TOKEN: '' } });
    for (const path of await paths(petya.baseUrl)) {
      expectProblem(await send('GET', `${closed.baseUrl}${path}`), 404, 'not_found');
    }
    expectProblem(await closed.admin('GET', '/addresses'), 404, 'not_found');
    await closed.stop();
  });

  it('is on the operator’s own port where there is one, and there alone', async () => {
    const apart = await startPetya({ boardFolder, environment: { ADMIN_PORT: '0' } });
    const port = apart.app.get(Lifecycle).adminListener?.port ?? 0;
    for (const path of await paths(petya.baseUrl)) {
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
      expectProblem(await send('GET', `${apart.baseUrl}${path}`), 404, 'not_found');
    }
    const url = `http://127.0.0.1:${port}/api/v1/admin/addresses`;
    const headers = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
    expect((await send('GET', url, { headers })).body).toMatchObject({ adminApart: true });
    await apart.stop();
  });

  it('that was not built says which command builds it', async () => {
    const bare = await startPetya({ boardFolder: join(root, 'nothing') });
    const answer = await send('GET', `${bare.baseUrl}/board`);
    expectProblem(answer, 404, 'board_not_built');
    await bare.stop();
  });
});

describe('the addresses for an embed code', () => {
  it('are as Petya is set, and null where it is not', async () => {
    expect((await petya.admin('GET', '/addresses')).body).toEqual({
      petya: null,
      gateway: null,
      adminApart: false,
      you: null,
    });
    const set = await startPetya({
      environment: {
        PETYA_PUBLIC_URL: 'https://petya.example/api/v1',
        AVATAR_SERVICE_URL: 'https://avatar.example/',
      },
    });
    expect((await set.admin('GET', '/addresses')).body).toEqual({
      petya: 'https://petya.example',
      gateway: 'https://avatar.example',
      adminApart: false,
      you: null,
    });
    await set.stop();
  });

  it('come with the name of whoever asks', async () => {
    const ADMIN_TOKEN = `anna:${'a'.repeat(32)},${'b'.repeat(32)}`;
    const named = await startPetya({ environment: { ADMIN_TOKEN } });
    const names = ADMIN_TOKEN.split(',').map(async (token) => {
      const headers = { authorization: `Bearer ${token.replace('anna:', '')}` };
      return (await named.call<AddressesDto>('GET', '/admin/addresses', { headers })).body.you;
    });
    expect(await Promise.all(names)).toEqual(['anna', null]);
    await named.stop();
  });
});
