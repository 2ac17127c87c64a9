import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, seeFirstAnswers } from '../support/json-client.js';
import { MuteProxy } from '../support/mute-proxy.js';
import { freshDatabase } from '../support/mongo.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { makeTenant, type Tenant } from './tenant.js';

seeFirstAnswers();

/** One deadline of an operation, and what is done around it on a busy machine. */
const LONGEST_MS = 12_000;

/** What a probe may take: its ping has a deadline of two seconds. */
const PROBE_MS = 5_500;

const database = freshDatabase();
let proxy: MuteProxy;
let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  proxy = await MuteProxy.open(database.uri);
  petya = await startPetya({ database: { ...database, uri: proxy.uri } });
  tenant = await makeTenant(petya);
});
afterAll(async () => {
  await petya.stop();
  await proxy.close();
  await database.drop();
});

async function timed(call: Promise<Answer>) {
  const startMs = performance.now();
  const { status, headers, body } = await call;
  const inTime = performance.now() - startMs < LONGEST_MS;
  return { status, retryAfter: headers.get('retry-after'), type: body['type'], inTime };
}

describe('a database that takes what is sent and answers nothing', () => {
  it('is 503 with Retry-After in time for whatever is asked, and a repeat finds what was written', async () => {
    const visitorId = await tenant.makeVisitor();
    const id = await tenant.openConversation({ visitorId });
    const write = () => ({
      open: tenant.call('POST', '/conversations/userConversation/init', { externalId: 'c-1' }),
      say: tenant.post(id, 'hello', { clientMessageId: 'm-1' }),
      rename: petya.admin('PATCH', `/accounts/${tenant.accountId}`, { name: 'Other' }),
    });

    proxy.mute('insert', 'update', 'findAndModify');
    const { say: saying, ...others } = write();
    const said = timed(saying);
    const writes = [said, ...Object.values(others).map(timed)];
    await until('each write was sent', async () => proxy.swallowed.length >= writes.length);
    proxy.mute();
    const reads = [
      petya.admin('GET', '/accounts'),
      tenant.call('GET', `/conversations/userConversation/${id}`),
    ].map(timed);
    const readiness = await until('the balancer is told', async () => {
      const startMs = performance.now();
      const { status } = await fetch(`${petya.baseUrl}/health/ready`);
      return status === 200 ? null : { status, ms: performance.now() - startMs };
    });
    expect(readiness).toEqual({ status: 503, ms: expect.any(Number) });
    expect(readiness.ms).toBeLessThan(PROBE_MS);
    const later = { status: 503, retryAfter: '2', inTime: true };
    // Whoever has spoken is told before the database's own time is over.
    expect(await said).toEqual({ ...later, type: 'urn:problem:busy' });
    const answers = await Promise.all([...writes.slice(1), ...reads]);
    expect(answers).toEqual(answers.map(() => ({ ...later, type: 'urn:problem:unavailable' })));

    proxy.heal();
    const { open, say, rename } = write();
    expect([(await open).status, (await say).status, (await rename).status]).toEqual([
      200, 201, 200,
    ]);
    expect((await tenant.read(id)).messages).toHaveLength(1);
  });
});
