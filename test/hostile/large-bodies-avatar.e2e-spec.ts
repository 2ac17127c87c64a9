import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../stack/ports.js';
import { Processes } from '../stack/processes.js';
import { avatarProgram } from '../stack/programs.js';
import { generateSecrets } from '../stack/secrets.js';
import { makeTenant, type Tenant } from '../petya-avatar-api/tenant.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { PETYA_SERVICE_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { sendRaw } from '../support/raw-http.js';
import { LONGEST_TURN_MS, longestTurn, watchedEnvironment, watchTurns } from './watched-turns.js';

const KIB = 1024;
const LIMIT = 64 * KIB;

let folder: string;
let longTurns: string;
let database: TestDatabase;
let processes: Processes;
let petya: RunningPetya;
let shop: Tenant;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-bodies-avatar-'));
  longTurns = join(folder, 'long-turns');
  database = freshDatabase();
  processes = new Processes(join(folder, 'logs'));
  petya = await startPetya();
  shop = await makeTenant(petya);
  port = await freePort();
  const ports = { petyaPort: Number(new URL(petya.baseUrl).port), simulatorPort: 1 };
  const secrets = { ...generateSecrets(), serviceToken: PETYA_SERVICE_TOKEN };
  const wiring = { mongodbUri: database.uri, secrets, avatarPort: port, ...ports };
  const { env, ...program } = avatarProgram({ ...wiring, logLevel: 'warn' });
  const environment = { ...env, ...watchedEnvironment(longTurns), MONGODB_URI: database.uri };
  await (await processes.add({ ...program, env: environment })).start();
});
afterAll(async () => {
  await processes.killAll();
  await petya.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const filled = (head: string, unit: string, tail: string) =>
  head + unit.repeat(Math.floor((LIMIT - head.length - tail.length) / unit.length)) + tail;

const inCrumbs = (body: string) => `${body.replace(/./g, '1\r\n$&\r\n')}0\r\n\r\n`;

const BODIES: readonly (readonly [string, string, readonly number[]])[] = [
  ['one long text', filled('{"visitor_name":"', 'a', '"}'), [422]],
  ['one long text of escapes', filled('{"visitor_name":"', '\\u0061', '"}'), [422]],
  ['empty objects', filled('{"a":[', '{},', '{}]}'), [422]],
  ['numbers', filled('[', '1,', '1]'), [422]],
  ['one long number', filled('{"a":', '1', '}'), [422]],
  ['brackets without an end', '['.repeat(LIMIT), [400]],
  ['two hundred members', filled(`{${membersOf(199)},"a":"`, 'x', '"}'), [422]],
  ['names that are all escapes', filled('{"', '\\u005f', '":1}'), [422]],
  ['spaces', filled('{', ' ', '}'), [200, 422, 502, 503]],
  ['more than the route takes', 'x'.repeat(LIMIT + 1), [413]],
];

function membersOf(count: number): string {
  return Array.from({ length: count }, (_unused, index) => `"m${index}":${index}`).join(',');
}

const post = (credential: string, framing: string, body: string) =>
  sendRaw(
    port,
    'POST /v1/sessions/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
      `Connection: close\r\n${credential}${framing}\r\n${body}`,
    { withinMs: 20_000 },
  );
const whole = (credential: string, body: string) =>
  post(credential, `Content-Length: ${body.length}\r\n`, body);
const crumbled = (credential: string, body: string) =>
  post(credential, 'Transfer-Encoding: chunked\r\n', inCrumbs(body));
const watched = () => ({ file: longTurns, baseUrl: `http://127.0.0.1:${port}` });

describe('the largest bodies at the avatar app', () => {
  it('are watched by what sees long turns, such as those of a start', async () => {
    expect(await longestTurn(longTurns)).toBeGreaterThan(LONGEST_TURN_MS);
  });

  it.each(BODIES)('hold nobody up: %s', async (_what, body, statuses) => {
    const key = `X-Api-Key: ${shop.key}\r\n`;
    const { results, longestMs } = await watchTurns(watched(), () => whole(key, body));
    for (const { status } of results) expect(statuses).toContain(status);
    expect(longestMs).toBeLessThan(LONGEST_TURN_MS);
  });

  it.each(['', 'X-Api-Key: SE_0000000000000000\r\n'])(
    'hold nobody up in chunks of one byte, without a right key: %j',
    async (credential) => {
      const [, body = ''] = BODIES[0] ?? [];
      const { results, longestMs } = await watchTurns(watched(), () =>
        Promise.all(Array.from({ length: 20 }, () => crumbled(credential, body))),
      );
      for (const { status } of results.flat()) expect(status).toBe(401);
      expect(longestMs).toBeLessThan(LONGEST_TURN_MS);
    },
  );

  it('hold nobody up when fifty come at once', async () => {
    const key = `X-Api-Key: ${shop.key}\r\n`;
    const all = () =>
      Promise.all(
        Array.from({ length: 50 }, (_unused, index) =>
          whole(key, BODIES[index % BODIES.length]?.[1] ?? ''),
        ),
      );
    // Several of them may have their first step in the same turn.
    const limitMs = 2 * LONGEST_TURN_MS;
    const { results, longestMs } = await watchTurns(watched(), all, limitMs);
    expect(results.flat().every(({ status }) => status < 504)).toBe(true);
    expect(longestMs).toBeLessThan(limitMs);
  });
});
