import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { send } from '../support/json-client.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { freePort } from '../stack/ports.js';
import { Processes } from '../stack/processes.js';
import { petyaProgram } from '../stack/programs.js';
import { generateSecrets } from '../stack/secrets.js';
import type { ManagedProcess } from '../stack/managed-process.js';
import { LONGEST_TURN_MS, longestTurn, watchedEnvironment, watchTurns } from './watched-turns.js';

const MIB = 1024 * 1024;
const secrets = generateSecrets();

let folder: string;
let longTurns: string;
let database: TestDatabase;
let processes: Processes;
let petya: ManagedProcess;
let baseUrl: string;
let accountId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-bodies-'));
  longTurns = join(folder, 'long-turns');
  database = freshDatabase();
  processes = new Processes(join(folder, 'logs'));
  const petyaPort = await freePort();
  const wiring = { mongodbUri: database.uri, secrets, petyaPort, simulatorPort: 1, avatarPort: 1 };
  const { env, ...program } = petyaProgram({ ...wiring, logLevel: 'warn' });
  const environment = { ...env, ...watchedEnvironment(longTurns), MONGODB_URI: database.uri };
  petya = await processes.add({ ...program, env: environment });
  await petya.start();
  baseUrl = `http://127.0.0.1:${petyaPort}`;
  const made = await send<{ accountId: string }>('POST', `${baseUrl}/api/v1/admin/accounts`, {
    headers: { authorization: `Bearer ${secrets.adminToken}` },
    json: { name: 'Shop' },
  });
  ({ accountId } = made.body);
});
afterAll(async () => {
  await processes.killAll();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const turn = (text: string, at: number) =>
  `{"role":"user","transcript":"${text}","timestamp":${1_760_000_000 + at},"absolute_timestamp":${1_760_000_000 + at}}`;

const delivery = (sessionId: string, turns: readonly string[]) =>
  `{"sessionId":"${sessionId}","accountId":"${accountId}","status":"completed","version":2,"transcript":[${turns.join(',')}]}`;

const many = (entry: string, bytes: number) =>
  Array.from({ length: Math.floor(bytes / (entry.length + 1)) }, () => entry);

/** The largest that a delivery can be, and what looks like one. Each as bytes, made anew. */
const BODIES: readonly (readonly [string, (id: string) => string, (number | string)[]])[] = [
  [
    'the longest transcript there is',
    (id) =>
      delivery(
        id,
        Array.from({ length: 5_000 }, (_, at) => turn('a'.repeat(800), at)),
      ),
    [200],
  ],
  [
    'the longest transcript, all escapes',
    (id) =>
      delivery(
        id,
        Array.from({ length: 5_000 }, (_, at) => turn('\\u00e9'.repeat(450), at)),
      ),
    [200],
  ],
  ['empty objects', (id) => delivery(id, many('{}', 15 * MIB)), [422]],
  [
    'empty objects with an escape',
    (id) => delivery(id, [...many('{}', 15 * MIB), '{"\\u0061":1}']),
    [422],
  ],
  ['a list of objects alone', () => `[${many('{}', 15 * MIB).join(',')}]`, [422]],
  ['numbers', () => `[${many('1', 15 * MIB).join(',')}]`, [422]],
  ['one endless text', (id) => delivery(id, [turn('x'.repeat(15 * MIB), 1)]), [413]],
  ['one endless text of escapes', () => `{"a":"${'\\u0061'.repeat(2.5 * MIB)}"}`, [413]],
  ['one endless number', () => `{"a":${'1'.repeat(15 * MIB)}}`, [413]],
  ['brackets without an end', () => '['.repeat(15 * MIB), [400]],
  [
    'members of one object',
    () => `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":1`).join(',')}}`,
    [422],
  ],
  [
    'too many turns',
    (id) =>
      delivery(
        id,
        Array.from({ length: 19_000 }, (_, at) => turn('a'.repeat(500), at)),
      ),
    [422],
  ],
  // Answered before it is sent: whoever goes on sending may be cut.
  ['more than the route takes', () => 'x'.repeat(17 * MIB), [413, 'EPIPE', 'ECONNRESET']],
];

/** Posts to the status route; the status of the answer, or why there was none. */
function post(body: Buffer, headers: Record<string, string>, id: string): Promise<number | string> {
  const path = `/api/v1/avatar/conversations/${id}/status`;
  return new Promise((resolve) => {
    const sent = request(
      `${baseUrl}${path}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0)).on('error', () => resolve('cut'));
      },
    );
    // An answer that comes before the body is sent may cut the sending.
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    sent.end(body);
  });
}

const watched = () => ({ file: longTurns, baseUrl });
const service = { authorization: `Bearer ${secrets.serviceToken}` };

describe('a large body', () => {
  it('is watched by what sees long turns, such as those of a start', async () => {
    expect(await longestTurn(longTurns)).toBeGreaterThan(LONGEST_TURN_MS);
  });

  it.each(BODIES)('is answered, and others meanwhile: %s', async (_what, make, statuses) => {
    const { results, longestMs } = await watchTurns(watched(), () => {
      const id = `c-${Math.random().toString(36).slice(2)}`;
      return post(Buffer.from(make(id)), service, id);
    });
    for (const result of results) expect(statuses).toContain(result);
    expect(longestMs).toBeLessThan(LONGEST_TURN_MS);
  });

  it('is not read from somebody who shows no credential', async () => {
    const body = Buffer.from(BODIES[3]?.[1]('x') ?? '');
    const { results, longestMs } = await watchTurns(watched(), () =>
      Promise.all(Array.from({ length: 20 }, () => post(body, {}, 'x'))),
    );
    // The answer stands before the body is sent; a sender that goes on is cut after a moment.
    for (const each of results.flat()) expect([401, 'ECONNRESET', 'EPIPE']).toContain(each);
    for (const result of results) expect(result).toContain(401);
    expect(longestMs).toBeLessThan(LONGEST_TURN_MS);
  });
});

describe('fifty large bodies at once, with a heap of 512 MiB', () => {
  it('wait for their turn, and the process lives', async () => {
    const bodies = BODIES.map(([, make], index) => Buffer.from(make(`many-${index}`)));
    const all = () =>
      Array.from({ length: 50 }, (_, index) => {
        const body = bodies[index % bodies.length] ?? Buffer.alloc(0);
        return post(body, service, `many-${index % bodies.length}`);
      });
    const { pid } = petya;
    // Several of them may have their first step in the same turn.
    const limitMs = 2 * LONGEST_TURN_MS;
    const { results, longestMs } = await watchTurns(watched(), () => Promise.all(all()), limitMs);
    expect(petya.pid).toBe(pid);
    // Those that wait for longer than a request may take are told so.
    const planned = [200, 400, 408, 413, 422, 503, 'ECONNRESET', 'EPIPE'];
    const odd = results.flat().filter((each) => !planned.includes(each));
    expect(odd).toEqual([]);
    expect(longestMs).toBeLessThan(limitMs);
  }, 120_000);
});
