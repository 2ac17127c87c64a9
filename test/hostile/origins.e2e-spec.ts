import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { socketPath } from '../ilianaai-avatar/relay-world.js';
import {
  openStream,
  startStreamingWorld,
  type StreamingWorld,
} from '../ilianaai-avatar/streaming-world.js';
import { startedVisit } from '../ilianaai-avatar/visit.js';
import { makeTenant, type Tenant } from '../petya-avatar-api/tenant.js';
import { handshake } from '../support/handshake.js';
import type { Answer } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN, startPetya } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { pageProbes, petyaProbes, sessionProbes, streamProbes } from './origin-probes.js';
import {
  advice,
  expectedOutcome,
  headersOf,
  HOME,
  type Judge,
  LIST,
  type OriginRow,
  ORIGINS,
} from './origins.js';
import type { Probe } from './probe.js';

/** Hundreds of questions, one after the other. */
const MATRIX_MS = 120_000;

/** Five seconds, and a moment for the questions themselves. */
const CHANGE_MS = 6_000;

const PETYA_PRODUCTION = {
  NODE_ENV: 'production',
  API_KEY_PEPPER: 'a-pepper-of-this-run',
  SERVICE_TOKENS: PETYA_SERVICE_TOKEN,
  ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
};

const AVATAR_PRODUCTION = {
  NODE_ENV: 'production',
  LIVEAVATAR_BASE_URL: 'https://api.liveavatar.com',
  LIVEAVATAR_API_KEY: 'live-key-0123456789',
  SESSION_TOKEN_SECRET: 'b2f1c7d9e8a64305b2f1c7d9e8a64305',
};

let world: StreamingWorld;
let shop: Tenant;
let unlisted: Tenant;

beforeAll(async () => {
  world = await startStreamingWorld({ ADMIN_TOKEN: PETYA_ADMIN_TOKEN });
  shop = await world.customer({ allowedOrigins: LIST });
  await world.customer({ allowedOrigins: ['https://other.example.net'] });
  unlisted = await world.customer();
});
afterAll(() => world.stop());

/** How it ended, in the words of `expectedOutcome`. */
function outcomeOf(answer: Answer<unknown>, row: OriginRow): string {
  const { status, headers, body } = answer;
  const { type, message } = (body ?? {}) as { type?: string; message?: string };
  const problem = type?.replace('urn:problem:', '');
  if (problem === 'origin_not_allowed') expect(message).toBe(advice(row));
  const allowed = headers.get('access-control-allow-origin');
  const echo = allowed === null ? '' : allowed === row.header ? ', echoed' : `, ${allowed}`;
  return `${status}${problem === undefined ? '' : ` ${problem}`}${echo}`;
}

type Ask = Probe['ask'];

/** Asks from every origin, one after the other, and compares the whole row of outcomes. */
async function expectRow(judge: Judge, status: number, ask: Ask, isSocket = false): Promise<void> {
  const found: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const row of ORIGINS) {
    found[row.name] = outcomeOf(await ask(headersOf(row)), row);
    // A page cannot read the answer to a handshake.
    const expected = expectedOutcome(judge, row, status);
    wanted[row.name] = isSocket ? expected.replace(', echoed', '') : expected;
  }
  expect(found).toEqual(wanted);
}

describe.each([
  ['sessions', sessionProbes],
  ['sessions that a page has opened', pageProbes],
  ['the legacy vendor', streamProbes],
  ['Petya', petyaProbes],
])('the routes of %s, from every origin', (_name, make) => {
  it(
    'let in whom the rules of origins let in, and tell all others why',
    async () => {
      for (const { title, judge, status, ask } of await make(world, shop)) {
        const isSocket = title.startsWith('socket');
        await expectRow(judge, status, ask, isSocket).catch((error: unknown) => {
          throw new Error(`${title}: ${(error as Error).message}`);
        });
      }
    },
    MATRIX_MS,
  );
});

describe('an account without a list', () => {
  it('is open to every page outside production', async () => {
    const key = { 'x-api-key': unlisted.key };
    const json = { session_id: 'nobody-has-this' };
    const found: string[] = [];
    for (const row of ORIGINS) {
      const { status } = await world.avatar.call('POST', '/v1/sessions/stop', {
        headers: { ...key, ...headersOf(row) },
        json,
      });
      found.push(`${row.name}: ${status}`);
    }
    const wanted = ORIGINS.map((row) => {
      const isOpen = row.header === undefined || row.origin !== null;
      return `${row.name}: ${isOpen ? 404 : 403}`;
    });
    expect(found).toEqual(wanted);
    await expectRow('no list', 200, (headers) =>
      world.petya.call('GET', '/account/config', { headers: { ...key, ...headers } }),
    );
  });

  it('is open to none in production, and a listed one to its own alone', async () => {
    const strict = await startPetya({ environment: PETYA_PRODUCTION });
    const [listed, open] = [
      await makeTenant(strict, { allowedOrigins: LIST }),
      await makeTenant(strict),
    ];
    const config =
      ({ key }: Tenant): Ask =>
      (headers) =>
        strict.call('GET', '/account/config', { headers: { 'x-api-key': key, ...headers } });
    await expectRow('no list in production', 200, config(open));
    await expectRow('the list', 200, config(listed));
    await strict.stop();
  });

  it('has sessions from none in production, and a listed one from its own alone', async () => {
    const strict = await world.another({ environment: AVATAR_PRODUCTION });
    const token =
      ({ key }: Tenant): Ask =>
      (headers) =>
        // Refused for its origin, or let in and then for its body: no vendor is asked.
        strict.call('POST', '/v1/sessions/token', {
          headers: { 'x-api-key': key, ...headers },
          json: { no: 1 },
        });
    const swap =
      (ask: Ask): Ask =>
      async (headers) => {
        const answer = await ask(headers);
        return answer.status === 422 ? { ...answer, body: {} } : answer;
      };
    await expectRow('no list in production', 422, swap(token(unlisted)));
    await expectRow('the list', 422, swap(token(shop)));
    await strict.stop();
  });
});

describe('a change of the list', () => {
  it('counts within five seconds: for keys, tokens, sockets and Petya', async () => {
    const owner = await world.customer({ allowedOrigins: [HOME] });
    const home = { origin: HOME };
    const fresh = { origin: 'https://new.example.com' };
    const running = await startedVisit(world.streaming, owner, {}, home);
    const stream = await openStream(world, owner);
    const key = { 'x-api-key': owner.key };
    const session = (headers: Record<string, string>) =>
      world.streaming.call('POST', '/v1/streaming.avatar_message', {
        headers: { ...key, ...headers },
        json: { session_id: running.sessionId, text: 'hello' },
      });
    const config = (headers: Record<string, string>) =>
      world.petya.call('GET', '/account/config', { headers: { ...key, ...headers } });
    const dial = (headers: Record<string, string>) =>
      handshake(world.streaming.port, socketPath(stream), headers);
    const statuses = async () => [
      (await session(home)).status,
      (await session(fresh)).status,
      (await running.keepAlive()).status,
      (await config(home)).status,
      (await config(fresh)).status,
      (await dial(home)).status,
      (await dial(fresh)).status,
    ];
    expect(await statuses()).toEqual([200, 403, 200, 200, 403, 101, 403]);
    const change = { allowedOrigins: [fresh.origin] };
    await world.petya.admin('PATCH', `/accounts/${owner.accountId}`, change);
    const wanted = [403, 200, 403, 403, 200, 403, 101];
    const isDone = async () => JSON.stringify(await statuses()) === JSON.stringify(wanted);
    await until('the new list counts everywhere', isDone, CHANGE_MS);
  });
});
