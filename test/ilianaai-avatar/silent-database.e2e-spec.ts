import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningAvatar } from '../support/avatar-app.js';
import { seeFirstAnswers } from '../support/json-client.js';
import { freshDatabase } from '../support/mongo.js';
import { MuteProxy } from '../support/mute-proxy.js';
import { until } from '../support/until.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { askToken, startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

seeFirstAnswers();

/** One deadline of an operation, and what is done around it on a busy machine. */
const LONGEST_MS = 12_000;

/** Somebody has spoken and is told before 3 s; an operation of the database has twice that. */
const MESSAGE_MS = 5_000;

const database = freshDatabase();
let proxy: MuteProxy;
let world: World;
let avatar: RunningAvatar;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
  proxy = await MuteProxy.open(database.uri);
  avatar = await world.another({ database: { ...database, uri: proxy.uri } });
});
afterAll(async () => {
  await avatar.stop();
  await world.stop();
  await proxy.close();
  await database.drop();
});

describe('a database that takes what is sent and answers nothing', () => {
  it('is 503 with Retry-After in time, and is asked again about what was said or paid for', async () => {
    const talk = await startedVisit(avatar, shop);
    const other = await visit(avatar, shop);
    const say = () => talk.say('Once.', { message_id: 'm-1' });
    await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 500 });
    const starting = other.start();
    await until('the vendor is asked to start it', async () => {
      const { faults } = await world.vendor.waitingFaults();
      return faults.length === 0;
    });

    proxy.mute('insert', 'update');
    const startMs = performance.now();
    const said = say();
    const saidInMs = said.then(() => performance.now() - startMs);
    const unanswered = [said, askToken(avatar, shop)];
    const { swallowed } = proxy;
    await until('all of it was sent', async () => {
      const inserts = swallowed.filter((command) => command === 'insert').length;
      return inserts >= unanswered.length && swallowed.includes('update');
    });
    proxy.heal();
    const answers = await Promise.all(unanswered);
    expect(performance.now() - startMs).toBeLessThan(LONGEST_MS);
    expect(await saidInMs).toBeLessThan(MESSAGE_MS);
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [503, '2'],
      [503, '2'],
    ]);

    expect((await starting).status).toBe(201);
    expect((await other.view()).state).toBe('active');
    expect((await say()).status).toBe(200);
    expect(await talk.lines()).toEqual(['avatar: Once.']);
  });
});
