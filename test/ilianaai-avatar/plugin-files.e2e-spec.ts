import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { PluginManifest } from '#contracts';
import { writeRelease } from '../chat-plugin/release.js';
import { projectRoot } from '../stack/project-root.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { startWorld, type World } from './world.js';

let folder: string;
let manifest: PluginManifest;
let world: World;
let avatar: RunningAvatar;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugin-'));
  manifest = await writeRelease(join(projectRoot, 'test', 'chat-plugin'), folder);
  world = await startWorld();
  avatar = await world.another({ pluginFolder: folder });
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

/** One file as it comes over the wire: `fetch` would decode it. */
function load(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    // As it is: a URL would have its dots taken out.
    get({ host: '127.0.0.1', port: avatar.port, path, method, headers }, (answer) => {
      const { statusCode: status, headers } = answer;
      buffer(answer).then((content) => resolve({ status, headers, content }), reject);
    }).on('error', reject);
  });
}

const integrityOf = (content: Buffer) =>
  `sha384-${createHash('sha384').update(content).digest('base64')}`;

const named = (name: string) => `/plugin/v1/${name}`;

describe('the plugin’s files', () => {
  it('are served as the manifest has them, named by their content for good', async () => {
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'plugin.js',
      expect.stringMatching(/^plugin\.[0-9a-f]{16}\.js$/),
      'avatar-sdk.js',
      expect.stringMatching(/^avatar-sdk\.[0-9a-f]{16}\.js$/),
    ]);
    for (const { name, integrity, bytes, immutable } of manifest.files) {
      const { status, headers, content } = await load(named(name));
      expect([name, status, content.length, integrityOf(content)]).toEqual([
        name,
        200,
        bytes,
        integrity,
      ]);
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'content-length': String(bytes),
        'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
        vary: 'Accept-Encoding',
      });
    }
    const told = await load(named('manifest.json'));
    expect(JSON.parse(told.content.toString())).toEqual(manifest);
    expect(told.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300',
    });
  });

  it('are the same for every origin and for nobody’s credential', async () => {
    const headers = { origin: 'https://not-listed.example', authorization: 'Bearer nobody' };
    const { status, headers: answered } = await load(named('plugin.js'), headers);
    expect(status).toBe(200);
    expect(answered['access-control-allow-origin']).toBe('*');
    expect(answered['access-control-allow-credentials']).toBeUndefined();
    expect(answered['set-cookie']).toBeUndefined();
  });

  it('name the part that they were built with, and its hash', async () => {
    const { content } = await load(named('plugin.js'));
    const sdk = manifest.files.find(({ name }) => /^avatar-sdk\.\w+\.js$/.test(name));
    expect(content.toString()).toContain(sdk?.name);
    expect(content.toString()).toContain(sdk?.integrity);
  });

  it('are served below the second path, and with a query that means nothing', async () => {
    const { content } = await load(named('plugin.js'));
    for (const path of ['/api/v1/avatar/plugin/v1/plugin.js', named('plugin.js?ver=6.5.2&x[]=1')]) {
      expect(await load(path)).toMatchObject({ status: 200, content });
    }
  });

  it('are answered 304 to whoever has them, in either encoding', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const accept = { 'accept-encoding': encoding };
      const { headers } = await load(named('plugin.js'), accept);
      const etag = headers.etag ?? '';
      const again = await load(named('plugin.js'), {
        ...accept,
        'if-none-match': `"x", W/${etag}`,
      });
      expect(again).toMatchObject({ status: 304, content: Buffer.alloc(0) });
      expect(again.headers).toMatchObject({ etag, 'cache-control': 'public, max-age=300' });
      const other = await load(named('avatar-sdk.js'), { ...accept, 'if-none-match': etag });
      expect(other.status).toBe(200);
    }
  });

  it('are a third as long for a browser that takes them compressed', async () => {
    const plain = await load(named('plugin.js'));
    const { headers, content } = await load(named('plugin.js'), { 'accept-encoding': 'br, gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(headers['content-length']).toBe(String(content.length));
    expect(headers.etag).not.toBe(plain.headers.etag);
    expect(content.length).toBeLessThan(plain.content.length / 2.5);
    expect(gunzipSync(content).equals(plain.content)).toBe(true);
    const refusing = await load(named('plugin.js'), { 'accept-encoding': 'gzip;q=0' });
    expect(refusing.headers['content-encoding']).toBeUndefined();
  });

  it('have their headers without their content', async () => {
    const { headers } = await load(named('plugin.js'));
    const head = await load(named('plugin.js'), {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, content: Buffer.alloc(0) });
    expect(head.headers['content-length']).toBe(headers['content-length']);
    expect(head.headers.etag).toBe(headers.etag);
  });

  it.each([
    '/plugin/v1/',
    '/plugin/v1',
    '/plugin/v2/plugin.js',
    '/plugin/v1/plugin.0000000000000000.js',
    '/plugin/v1/PLUGIN.JS',
    '/plugin/v1/..%2f..%2fpackage.json',
    '/plugin/v1/..%5c..%5cpackage.json',
    '/plugin/v1/%2e%2e/v1/plugin.js',
    '/plugin/v1/plugin.js%00.js',
    '/plugin/v1/plugin.js/',
    '/plugin/v1/__proto__',
    '/plugin/v1/constructor',
  ])('are nothing else: %s', async (path) => {
    const answer = await load(path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.content.toString())).toMatchObject({ type: 'urn:problem:not_found' });
  });
});

describe('a gateway that has no plugin', () => {
  it('says which command builds it, and does all else', async () => {
    for (const name of ['plugin.js', 'manifest.json', 'anything']) {
      const answer = await world.avatar.call('GET', named(name));
      expectProblem(answer, 404, 'plugin_not_built');
      expect(answer.text).toContain('npm run build:plugin');
    }
    expect((await world.avatar.call('GET', '/health/ready')).status).toBe(200);
  });

  it.each([
    [
      'a file that is another than its hash says',
      (v1: string) => appendFile(join(v1, 'plugin.js'), ' '),
    ],
    ['a file less', (v1: string) => rm(join(v1, 'avatar-sdk.js'))],
    ['a manifest that cannot be read', (v1: string) => writeFile(join(v1, 'manifest.json'), '{')],
  ])('has none either with %s', async (_what, spoil) => {
    const spoilt = await mkdtemp(join(tmpdir(), 'plugin-'));
    await cp(folder, spoilt, { recursive: true });
    await spoil(join(spoilt, 'v1'));
    const other = await world.another({ pluginFolder: spoilt });
    expectProblem(await other.call('GET', named('plugin.js')), 404, 'plugin_not_built');
    await other.stop();
    await rm(spoilt, { recursive: true });
  });
});

describe('a release after another', () => {
  it('keeps what pages name by its content, and forgets the oldest', async () => {
    const target = await mkdtemp(join(tmpdir(), 'plugin-'));
    const source = join(projectRoot, 'test', 'chat-plugin');
    const file = (number: number) => ({ name: `plugin.${number}.js`, immutable: true });
    const before = Array.from({ length: 10 }, (_, number) => file(number));
    await cp(folder, target, { recursive: true });
    for (const { name } of before) await writeFile(join(target, 'v1', name), name);
    const files = before.map((each) => ({
      ...each,
      integrity: integrityOf(Buffer.from(each.name)),
      bytes: each.name.length,
    }));
    await writeFile(join(target, 'v1', 'manifest.json'), JSON.stringify({ ...manifest, files }));
    const next = await writeRelease(source, target);
    expect(next).toEqual({ ...manifest, files: [...manifest.files, ...files.slice(0, 8)] });
    const kept = await readFile(join(target, 'v1', 'plugin.7.js'), 'utf8');
    expect(kept).toBe('plugin.7.js');
    await expect(readFile(join(target, 'v1', 'plugin.8.js'))).rejects.toThrow('ENOENT');
    const other = await world.another({ pluginFolder: target });
    expect((await other.call('GET', named('plugin.7.js'))).text).toBe('plugin.7.js');
    expect((await other.call('GET', named('plugin.js'))).status).toBe(200);
    await other.stop();
    await rm(target, { recursive: true });
  });
});
