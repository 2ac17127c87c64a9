import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../stack/ports.js';
import type { ManagedProcess } from '../stack/managed-process.js';
import { Processes } from '../stack/processes.js';
import { petyaProgram } from '../stack/programs.js';
import { generateSecrets } from '../stack/secrets.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';

/** A hundred are wanted now and then: `DRAIN_EXITS=100 npm run test:e2e -- drain`. */
const EXITS = Number(process.env['DRAIN_EXITS'] ?? 10);

/** What a connection that nobody closes would hold the process up. */
const DRAIN_SECONDS = 30;

/** From the last answer to the exit: most of them, and each of them on a busy machine. */
const USUAL_MS = 2_000;
const LONGEST_MS = 10_000;

const secrets = generateSecrets();
let folder: string;
let database: TestDatabase;
let processes: Processes;
let petya: ManagedProcess;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drain-'));
  database = freshDatabase();
  processes = new Processes(join(folder, 'logs'));
  port = await freePort();
  const wiring = { mongodbUri: database.uri, secrets, petyaPort: port, avatarPort: 1 };
  const { env, ...program } = petyaProgram({ ...wiring, simulatorPort: 1, logLevel: 'warn' });
  const environment = { ...env, MONGODB_URI: database.uri, DRAIN_SECONDS: `${DRAIN_SECONDS}` };
  petya = await processes.add({ ...program, env: environment });
});
afterAll(async () => {
  await processes.killAll();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A call whose body is still coming, over a connection that the caller means to keep. */
async function callInFlight(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    [
      'POST /api/v1/admin/accounts HTTP/1.1',
      'Host: a',
      `Authorization: Bearer ${secrets.adminToken}`,
      'Content-Type: application/json',
      'Content-Length: 2',
      // What is answered says that the head has come.
      'Expect: 100-continue',
      '',
      '',
    ].join('\r\n'),
  );
  await once(socket, 'data');
  return socket;
}

describe('a process that is told to leave', () => {
  it(
    'answers what is in flight and goes, whoever keeps a connection',
    async () => {
      const waits: number[] = [];
      for (let exit = 0; exit < EXITS; exit += 1) {
        await petya.start();
        const calls = await Promise.all([callInFlight(), callInFlight(), callInFlight()]);
        const answers = calls.map((call) => once(call, 'data') as Promise<[Buffer]>);
        const gone = petya.stop();
        // The rest comes while it drains.
        await untilDraining();
        for (const call of calls) call.write('{}');
        const heard = (await Promise.all(answers)).map(([data]) => data.toString('utf8', 0, 12));
        const answeredAt = performance.now();
        expect(heard).toEqual(calls.map(() => 'HTTP/1.1 422'));
        expect((await gone)?.code).toBe(0);
        waits.push(performance.now() - answeredAt);
      }
      const late = waits.filter((ms) => ms > USUAL_MS);
      const worst = Math.round(Math.max(...waits));
      process.stdout.write(`${EXITS} exits: worst ${worst} ms, ${late.length} over ${USUAL_MS}\n`);
      expect(late.length).toBeLessThanOrEqual(EXITS / 2);
      expect(late.filter((ms) => ms > LONGEST_MS)).toEqual([]);
    },
    EXITS * 30_000,
  );
});

/** A process that drains takes no more connections. */
async function untilDraining(): Promise<void> {
  for (;;) {
    const probe = connect(port, '127.0.0.1');
    const refused = await once(probe, 'connect').then(
      () => false,
      () => true,
    );
    probe.destroy();
    if (refused) return;
  }
}
