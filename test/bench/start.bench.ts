import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import { ManagedProcess } from '../stack/managed-process.js';
import { freePorts } from '../stack/ports.js';
import { avatarProgram, petyaProgram, type Wiring } from '../stack/programs.js';
import { cachePath, projectRoot } from '../stack/project-root.js';
import { generateSecrets } from '../stack/secrets.js';
import { openBenchDatabase } from './bench-database.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { runningSession } from './running-session.js';

/*
 * From the start of a process to its first "ready", on an empty database and on one with 10,000
 * running sessions that a dead replica has left. What `npm run build` made is started, or the
 * compiled tree where that has not run.
 */
const ROUNDS = isQuick ? 2 : 5;
const SESSIONS = 10_000;
const MIB = 1024 * 1024;

const database = await openBenchDatabase();
measuredOn(database.server.description);
const [petyaPort = 0, avatarPort = 0, simulatorPort = 0] = await freePorts(3);
const wiring: Wiring = {
  mongodbUri: database.server.uri,
  secrets: generateSecrets(),
  simulatorPort,
  petyaPort,
  avatarPort,
  logLevel: 'error',
};
await reportStart('petya-avatar-api, empty', petyaProgram(wiring), 1.5);
await reportStart('ilianaai-avatar, empty', avatarProgram(wiring), 1.5);
await leaveSessions();
await reportStart(
  `ilianaai-avatar, ${SESSIONS.toLocaleString('en')} to take over`,
  avatarProgram(wiring),
  3,
);
await database.stop();
process.exit();

async function reportStart(
  what: string,
  program: ReturnType<typeof avatarProgram>,
  atMost: number,
): Promise<void> {
  const built = join(projectRoot, 'dist', 'apps', program.name, 'src', 'main.js');
  const spec = existsSync(built) ? { ...program, entry: built } : program;
  const seconds: number[] = [];
  const memory: number[] = [];
  // The first round reads the files from disk and makes the indexes.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const app = new ManagedProcess(spec, join(cachePath('logs'), 'bench-start.log'));
    const began = performance.now();
    await app.start();
    if (round > 0) {
      seconds.push((performance.now() - began) / 1000);
      memory.push(residentBytes(app.pid ?? 0) / MIB);
    }
    await app.kill();
  }
  const question = 'start';
  report({
    question,
    figure: `${what}: start to ready`,
    value: median(seconds),
    unit: 's',
    rounds: seconds,
    atMost,
  });
  report({
    question,
    figure: `${what}: memory when ready`,
    value: median(memory),
    unit: 'MiB',
    rounds: memory,
  });
}

/** Sessions of a replica that died a minute ago, each of them due. */
async function leaveSessions(): Promise<void> {
  const avatar = database.connection.useDb('avatar').collection<{ _id: string }>('sessions');
  const ago = new Date(Date.now() - 60_000);
  const lease = { owner: 'dead', lane: 'life', epoch: 2, until: ago } as const;
  for (let from = 0; from < SESSIONS; from += 1000) {
    const records = Array.from({ length: 1000 }, (_, at) =>
      runningSession(from + at, { nextPollAt: ago, dueAt: ago, lease }),
    );
    await avatar.insertMany(records.map(toDocument));
  }
}

/** Zero where the system does not tell (`/proc` is Linux). */
function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
