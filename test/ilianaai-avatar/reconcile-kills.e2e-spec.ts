import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReconciliationDto } from '#contracts';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../stack/ports.js';
import { ManagedProcess } from '../stack/managed-process.js';
import { compiledPath } from '../stack/project-root.js';
import { avatarEnvironment } from '../support/avatar-app.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import {
  compared,
  dayBefore,
  essence,
  inDay,
  insertRecords,
  read,
  seedEqual,
} from './reconciliation.js';
import { startedVisit } from './visit.js';
import { startWorld, type World } from './world.js';

const DAY = dayBefore(1);

/** Kills in the middle, one place after the other: `RECONCILE_KILLS=30 npm run test:e2e -- reconcile-kills`. */
const KILLS = Number(process.env['RECONCILE_KILLS'] ?? 3);
const PLACES = ['reconcile.claimed', 'reconcile.pageRead', 'reconcile.beforeWrite'];

let world: World;
let folder: string;
let replica: ManagedProcess;
let expected: ReconciliationDto;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN } });
  folder = await mkdtemp(join(tmpdir(), 'reconcile-kills-'));
  const port = await freePort();
  const environment = avatarEnvironment({
    vendorUrl: world.simulator.url,
    vendorKey: world.simulator.apiKey,
    petyaUrl: world.double.url,
    database: world.database,
    environment: {
      ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
      RECONCILE_SECONDS: '1',
      LEASE_SECONDS: '1',
      PORT: String(port),
      HOST: '127.0.0.1',
    },
  });
  replica = new ManagedProcess(
    {
      name: 'ilianaai-avatar',
      entry: compiledPath('apps', 'ilianaai-avatar', 'src', 'main.js'),
      env: environment,
      healthUrl: `http://127.0.0.1:${port}/health/ready`,
    },
    join(folder, 'replica.log'),
  );
  await seedEqual(world, DAY, 250);
  await world.vendor.enter([{ startedAt: inDay(DAY, 5_000), endedAt: inDay(DAY, 5_060) }]);
  const times = { startedAt: inDay(DAY, 6_000), endedAt: inDay(DAY, 6_061) };
  await insertRecords(world.avatar.connection, [{ ...times, vendorSessionId: randomUUID() }]);
  expected = await compared(world.avatar, DAY);
}, 120_000);
afterAll(async () => {
  await replica.kill();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A replica that makes what is due dies at a place. */
async function dieAt(place: string): Promise<void> {
  await replica.launch({ FAILPOINT: `${place}:kill:1` });
  expect(await replica.exited()).toMatchObject({ signal: 'SIGKILL' });
}

async function forgetReports(): Promise<void> {
  await world.avatar.connection.collection('reconciliations').deleteMany({});
}

describe('whoever compares', () => {
  it(
    'may be killed in the middle again and again, and the next one makes the same report',
    async () => {
      expect(expected.verdicts).toMatchObject({ equal: 250, missing_here: 1, missing_there: 1 });
      await forgetReports();
      for (let kill = 0; kill < KILLS; kill += 1) {
        await dieAt(PLACES[kill % PLACES.length] as string);
      }
      expect(await world.avatar.connection.collection('reconciliations').countDocuments()).toBe(0);
      await replica.start();
      const made = await until('its report is there', async () => {
        const { status, body } = await read(world.avatar, DAY);
        return status === 200 && body;
      });
      expect(essence(made)).toEqual(essence(expected));
      await replica.kill();
    },
    120_000 + KILLS * 10_000,
  );

  it('may be killed having written it, or having filled in a bill', async () => {
    await forgetReports();
    await dieAt('reconcile.written');
    const visit = await startedVisit(world.avatar, await world.customer());
    await visit.stop();
    await visit.untilState('delivered');
    const own = { seconds: 9_999, credits: null, source: 'own' };
    const records = world.avatar.connection.collection('sessions');
    const mine = { vendorSessionId: visit.sessionId };
    await records.updateOne(mine, { $set: { billed: own } });
    await dieAt('reconcile.filledIn');
    const bill = await world.vendor.session(visit.sessionId);
    expect(await records.findOne(mine)).toMatchObject({
      billed: { seconds: bill.billedSeconds, source: 'vendor' },
    });
    await replica.start();
    const today = await until('today is compared', async () => {
      const { status, body } = await read(world.avatar, dayBefore(0));
      return status === 200 && body;
    });
    expect(today).toMatchObject({ differing: 0, verdicts: { equal: 1 } });
    const made = await until('yesterday is compared', async () => {
      const { status, body } = await read(world.avatar, DAY);
      return status === 200 && body;
    });
    expect(essence(made)).toEqual(essence(expected));
  }, 120_000);
});
