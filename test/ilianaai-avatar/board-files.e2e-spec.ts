import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Lifecycle } from '#platform';
import { projectRoot } from '../stack/project-root.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { startWorld, type World } from './world.js';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** More than that nobody loads on a phone at night without noticing. */
const MOST_BYTES = 64_000;

const ADMIN = { ADMIN_TOKEN: PETYA_ADMIN_TOKEN };

let folder: string;
let world: World;
let avatar: RunningAvatar;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'board-'));
  execFileSync(process.execPath, [join(projectRoot, 'apps', 'board', 'build.mjs'), folder]);
  world = await startWorld();
  avatar = await world.another({ boardFolder: join(folder, 'gateway'), environment: ADMIN });
});
afterAll(async () => {
  await avatar.stop();
  await world.stop();
  await rm(folder, { recursive: true });
});

interface Loaded {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly content: Buffer;
}

/** One file as it comes over the wire: `fetch` would decode it, and take the dots out of a path. */
function load(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', port = avatar.port } = {},
): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      const { statusCode: status, headers } = answer;
      buffer(answer).then((content) => resolve({ status, headers, content }), reject);
    }).on('error', reject);
  });
}

async function assets(): Promise<string[]> {
  const { content } = await load('/board');
  return [...content.toString().matchAll(/"(\/board\/[^"]+)"/g)].map(([, path = '']) => path);
}

const ofCors = (headers: IncomingMessage['headers']) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('the board’s files', () => {
  it('are a page that names the others by their content, which are kept for good', async () => {
    const page = await load('/board');
    expect([page.status, page.headers]).toMatchObject([
      200,
      { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    ]);
    const names = await assets();
    expect(names).toEqual([
      expect.stringMatching(/^\/board\/board\.[0-9a-f]{16}\.css$/),
      expect.stringMatching(/^\/board\/gateway\.[0-9a-f]{16}\.js$/),
    ]);
    const types = ['text/css; charset=utf-8', 'text/javascript; charset=utf-8'];
    for (const [at, name] of names.entries()) {
      const { status, headers } = await load(name);
      expect([name, status, headers]).toMatchObject([
        name,
        200,
        { 'content-type': types[at], 'cache-control': 'max-age=31536000, immutable' },
      ]);
    }
  });

  it('run nothing but themselves, ask nobody but their own origin, and are in no frame', async () => {
    for (const path of ['/board', ...(await assets())]) {
      const { headers } = await load(path, { origin: 'https://elsewhere.example' });
      expect([path, headers]).toMatchObject([
        path,
        {
          'content-security-policy': POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
        },
      ]);
      expect([path, headers['set-cookie'], ofCors(headers)]).toEqual([path, undefined, []]);
    }
  });

  it('have nothing inline, and name nothing that is elsewhere', async () => {
    const text = (await load('/board')).content.toString();
    expect(text).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|https?:/);
  });

  it('are the same whoever asks: they hold no data', async () => {
    const { content } = await load('/board');
    for (const authorization of [`Bearer ${PETYA_ADMIN_TOKEN}`, 'Bearer nobody']) {
      expect((await load('/board', { authorization })).content).toEqual(content);
    }
    const all = await Promise.all(['/board', ...(await assets())].map((path) => load(path)));
    for (const { content } of all) expect(content.toString()).not.toContain(PETYA_ADMIN_TOKEN);
  });

  it(`are less than ${MOST_BYTES} bytes together, and a third of that compressed`, async () => {
    const all = ['/board', ...(await assets())];
    const sizes = async (accept: string) =>
      (await Promise.all(all.map((path) => load(path, { 'accept-encoding': accept }))))
        .map(({ content }) => content.length)
        .reduce((sum, size) => sum + size);
    expect(await sizes('identity')).toBeLessThan(MOST_BYTES);
    expect(await sizes('gzip')).toBeLessThan(MOST_BYTES / 2.5);
    const { content } = await load(all[1] ?? '', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(content)).toEqual((await load(all[1] ?? '')).content);
  });

  it('answer no other origin’s preflight, and no other method', async () => {
    const asked = {
      origin: 'https://elsewhere.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    };
    for (const method of ['OPTIONS', 'POST', 'PUT', 'DELETE']) {
      const { status, headers } = await load('/board', asked, { method });
      expect([method, status, headers.allow, ofCors(headers)]).toEqual([
        method,
        405,
        'GET, HEAD',
        [],
      ]);
    }
    const head = await load('/board', {}, { method: 'HEAD' });
    expect([head.status, head.content.length]).toEqual([200, 0]);
  });

  it.each([
    '/board/',
    '/board/index.html',
    '/board/gateway.0000000000000000.js',
    '/board/..%2f..%2fpackage.json',
    '/board/%2e%2e/board',
    '/board/gateway.js',
    '/board/__proto__',
    '/board/constructor',
    '/board/a/b',
    '/BOARD',
    '/%62oard',
    '/board%2f',
    '/boards',
    '/api/v1/avatar/board',
    '/api/v1/board',
  ])('are nothing else, and nowhere else: %s', async (path) => {
    const answer = await load(path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(JSON.parse(answer.content.toString())).toMatchObject({ type: 'urn:problem:not_found' });
  });

  it('take no query, in which somebody could leave an id', async () => {
    expect((await load('/board?id=conversation-1')).status).toBe(422);
  });
});

describe('a gateway', () => {
  it('without a token of the operator has no board: it is a path like any other', async () => {
    const closed = await world.another({ boardFolder: join(folder, 'gateway') });
    const headers = { origin: 'https://elsewhere.example' };
    const unknown = await load('/elsewhere', headers, { port: closed.port });
    for (const path of ['/board', ...(await assets())]) {
      for (const method of ['GET', 'POST']) {
        const answer = await load(path, headers, { port: closed.port, method });
        expect([path, answer.status]).toEqual([path, 404]);
        expect(Object.keys(answer.headers)).toEqual(Object.keys(unknown.headers));
      }
    }
    await closed.stop();
  });

  it('with a port of the operator’s own has it there, and there alone', async () => {
    const environment = { ...ADMIN, ADMIN_PORT: '0' };
    const apart = await world.another({ boardFolder: join(folder, 'gateway'), environment });
    const port = apart.app.get(Lifecycle).adminListener?.port ?? 0;
    for (const path of ['/board', ...(await assets())]) {
      expect([path, (await load(path, {}, { port })).status]).toEqual([path, 200]);
      for (const [below, method] of [
        ['', 'GET'],
        ['', 'POST'],
        ['/api/v1/avatar', 'GET'],
      ]) {
        const answer = await load(`${below}${path}`, {}, { port: apart.port, method });
        expect([below, path, answer.status, answer.headers.allow]).toEqual([
          below,
          path,
          404,
          undefined,
        ]);
      }
    }
    await apart.stop();
  });

  it('that has no board says which command builds it, and does all else', async () => {
    const bare = await world.another({ environment: ADMIN });
    for (const path of ['/board', '/board/gateway.0000000000000000.js']) {
      const answer = await bare.call('GET', path);
      expectProblem(answer, 404, 'board_not_built');
      expect(answer.text).toContain('npm run build:board');
    }
    expect((await bare.call('GET', '/health/ready')).status).toBe(200);
    await bare.stop();
  });

  it.each([
    [
      'a script that is another one',
      (at: string, script: string) => appendFile(join(at, script), ' '),
    ],
    ['a script less', (at: string, script: string) => rm(join(at, script))],
    ['a page that names none', (at: string) => writeFile(join(at, 'index.html'), '<p>Hello</p>')],
  ])('has none either with %s', async (_what, spoil) => {
    const spoilt = await mkdtemp(join(tmpdir(), 'board-'));
    await cp(join(folder, 'gateway'), spoilt, { recursive: true });
    const script = (await readdir(spoilt)).find((name) => name.endsWith('.js')) ?? '';
    await spoil(spoilt, script);
    const other = await world.another({ boardFolder: spoilt, environment: ADMIN });
    expectProblem(await other.call('GET', '/board'), 404, 'board_not_built');
    await other.stop();
    await rm(spoilt, { recursive: true });
  });

  it('serves what is built again, and not what was before', async () => {
    const target = await mkdtemp(join(tmpdir(), 'board-'));
    const build = () =>
      execFileSync(process.execPath, [join(projectRoot, 'apps', 'board', 'build.mjs'), target]);
    build();
    const at = join(target, 'gateway');
    await writeFile(join(at, 'gateway.0000000000000000.js'), 'before');
    build();
    expect((await readdir(at)).sort()).toEqual((await readdir(join(folder, 'gateway'))).sort());
    const page = await readFile(join(at, 'index.html'));
    expect(page).toEqual(await readFile(join(folder, 'gateway', 'index.html')));
    await rm(target, { recursive: true });
  });
});
