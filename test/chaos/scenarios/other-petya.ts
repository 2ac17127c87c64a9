import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from '../../stack/database.js';
import type { ManagedProcess } from '../../stack/managed-process.js';
import { freePorts } from '../../stack/ports.js';
import { Processes } from '../../stack/processes.js';
import { avatarProgram, localUrl, simulatorProgram, type Wiring } from '../../stack/programs.js';
import { generateSecrets } from '../../stack/secrets.js';
import { OtherPetya } from '../../support/other-petya.js';
import { SimulatorControl } from '../../vendor-simulator/simulator.control.js';
import { scaledEnv } from '../budgets.js';
import { holdsWithin } from '../holds-within.js';
import { Random } from '../random.js';
import type { ApartScenario, RunSettings } from '../scenario.js';
import type { Violation } from '../violations.js';
import { chaosPath } from '../world.js';

const KEY = 'SE_5799564546777614';
const CONFIG = {
  avatarId: '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01',
  intro: 'Hello.',
  knowledgeBaseId: '0b8a6f0e-52b7-4d0c-9c2e-2f5d7a1f9b02',
  voiceId: null,
};

/** Conversations at a time, and what is said in each. */
const AT_A_TIME = 6;
const MESSAGES = 3;
const ATTEMPTS = 10;

/** Longest that one request is sent again: two replicas are away for a moment, a start's lease is 30 s. */
const INSIST_MS = 45_000;

/** All is told by then: retries, a replica's lease, the vendor's record. */
const SETTLED_MS = 60_000;

/** What the customer's page was told to be kept, by session. */
type Acknowledged = Map<string, string[]>;

/**
 * A Petya that is not ours: a configuration of four members, one route for what a session was, no version
 * and no answer of its own. Replicas and that Petya die under conversations; each word that was
 * acknowledged stands once in what it was told last.
 */
export const otherPetya: ApartScenario = {
  name: 'other-petya',
  isOnlyFull: false,
  async runApart(settings) {
    const [sessions, kills] = settings.isFull ? [500, 50] : [40, 5];
    const world = await startWorld();
    try {
      const said: Acknowledged = new Map();
      await talkAndKill(world, said, { sessions, kills, settings });
      const violations = await judge(world, said);
      const what = `sessions with a Petya that is not ours, ${kills} deaths`;
      const note = `${[...said.values()].flat().length} turns acknowledged`;
      return [{ what, runs: said.size, violations, only: otherPetya.name, note }];
    } finally {
      await world.stop();
    }
  },
};

interface OtherWorld {
  readonly petya: OtherPetya;
  readonly replicas: readonly { readonly process: ManagedProcess; readonly url: string }[];
  readonly control: SimulatorControl;
  stop(): Promise<void>;
}

async function startWorld(): Promise<OtherWorld> {
  const database = await startDatabase({ ownServer: true });
  const secrets = generateSecrets();
  const petya = new OtherPetya(new Map([[KEY, CONFIG]]), secrets.serviceToken);
  await petya.start();
  const [simulatorPort = 0, ...ports] = await freePorts(3);
  const processes = new Processes(chaosPath('logs', 'other-petya'));
  const petyaPort = Number(new URL(petya.url).port);
  const wiring: Wiring = {
    mongodbUri: database.uri,
    secrets,
    simulatorPort,
    petyaPort,
    avatarPort: 0,
    logLevel: 'info',
  };
  const simulator = await processes.add(simulatorProgram(wiring));
  await simulator.start();
  const replicas = await Promise.all(
    ports.map(async (port, index) => {
      const env = {
        ...scaledEnv,
        DEFAULT_ALLOWED_ORIGINS: 'https://shop.example.test',
        DEFAULT_MAX_CONCURRENT_SESSIONS: '1000',
      };
      const spec = avatarProgram(wiring, { name: `avatar-${index + 1}`, port, env });
      const process = await processes.add(spec);
      await process.start();
      return { process, url: localUrl(port) };
    }),
  );
  const control = new SimulatorControl(localUrl(simulatorPort));
  await control.set({ concurrencyLimit: 1000 });
  const stop = async (): Promise<void> => {
    await processes.killAll();
    await petya.stop();
    await database.stop();
  };
  return { petya, replicas, control, stop };
}

interface Plan {
  readonly sessions: number;
  readonly kills: number;
  readonly settings: RunSettings;
}

/** A death each so many conversations that have begun, so that none is saved for a quiet moment. */
async function talkAndKill(world: OtherWorld, said: Acknowledged, plan: Plan): Promise<void> {
  const { sessions, kills, settings } = plan;
  const random = new Random(settings.seed + 4000);
  const every = Math.floor(sessions / kills);
  let begun = 0;
  let killing: Promise<void> = Promise.resolve();
  const visitor = async (): Promise<void> => {
    while (begun < sessions) {
      const number = begun;
      begun += 1;
      if (number % every === every - 1) killing = killing.then(() => kill(world, random, settings));
      await converse(world, said, number);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, visitor));
  await killing;
}

async function kill(world: OtherWorld, random: Random, { say }: RunSettings): Promise<void> {
  await sleep(random.between(20, 300));
  const victim = random.pick<OtherPetya | ManagedProcess>([
    world.petya,
    ...world.replicas.map(({ process }) => process),
  ]);
  if (victim instanceof OtherPetya) {
    say('kill the other Petya');
    await victim.stop();
    await sleep(random.between(50, 800));
    return victim.start();
  }
  say(`kill ${victim.name}`);
  await victim.kill();
  await victim.start();
}

/** One whose start was interrupted is given up, as its page would, and begun anew. */
async function converse(world: OtherWorld, said: Acknowledged, number: number): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await talk(world, said, number * ATTEMPTS + attempt)) return;
  }
}

/** @returns false where it was not started: nothing was said in it */
async function talk(world: OtherWorld, said: Acknowledged, number: number): Promise<boolean> {
  const call = new Page(world, number);
  const token = await call.insist('sessions/token', { 'x-api-key': KEY });
  const { session_token: bearer, session_id: sessionId } = token.data;
  if (bearer === undefined || sessionId === undefined) return false;
  const headers = { authorization: `Bearer ${bearer}` };
  if ((await call.insist('sessions/start', headers)).status !== 201) return false;
  const kept: string[] = [];
  said.set(sessionId, kept);
  for (let index = 0; index < MESSAGES; index += 1) {
    const text = `Line ${index} of conversation ${number}.`;
    const body = { session_id: sessionId, role: 'user', text, message_id: `${number}-${index}` };
    const { status } = await call.insist('streaming.avatar_message', headers, body);
    if (status === 200) kept.push(`user: ${text}`);
  }
  await call.insist('sessions/stop', headers);
  return true;
}

interface Answer {
  readonly status: number;
  readonly data: Readonly<Record<string, string | undefined>>;
}

/** A page of a shop, which sends what had no answer, or "later", again to the other replica. */
class Page {
  constructor(
    private readonly world: OtherWorld,
    private next: number,
  ) {}

  async insist(
    route: string,
    headers: Readonly<Record<string, string>>,
    body: unknown = {},
  ): Promise<Answer> {
    const key = `${route}-${this.next}`;
    const deadline = Date.now() + INSIST_MS;
    for (;;) {
      const answer = await this.send(route, { ...headers, 'idempotency-key': key }, body);
      const isLater = answer === null || [429, 502, 503, 504].includes(answer.status);
      if (!isLater || Date.now() > deadline) return answer ?? { status: 0, data: {} };
      await sleep(100);
    }
  }

  private async send(
    route: string,
    headers: Readonly<Record<string, string>>,
    body: unknown,
  ): Promise<Answer | null> {
    this.next += 1;
    const { url = '' } = this.world.replicas[this.next % this.world.replicas.length] ?? {};
    try {
      const response = await fetch(`${url}/v1/${route}`, {
        method: 'POST',
        headers: {
          origin: 'https://shop.example.test',
          'content-type': 'application/json',
          ...headers,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(40_000),
      });
      const { data } = (await response.json()) as { data: Answer['data'] | null };
      return { status: response.status, data: data ?? {} };
    } catch {
      return null;
    }
  }
}

async function judge({ petya, control }: OtherWorld, said: Acknowledged): Promise<Violation[]> {
  const isTold = ([sessionId, lines]: [string, string[]]): boolean => {
    const told = petya.linesOf(sessionId);
    return lines.every((line) => told.includes(line));
  };
  await holdsWithin(() => [...said].every(isTold), SETTLED_MS);
  const violations: Violation[] = [];
  for (const [sessionId, lines] of said) {
    const told = petya.linesOf(sessionId);
    for (const line of lines) {
      const times = told.filter((each) => each === line).length;
      if (times !== 1) {
        const kind = times === 0 ? 'lost' : 'doubled';
        violations.push({ kind, tag: sessionId, evidence: `${line} stands ${times} times` });
      }
    }
    const strange = told.filter((line) => line.startsWith('user: ') && !isOfOne(line, lines));
    for (const line of strange)
      violations.push({ kind: 'foreign', tag: sessionId, evidence: line });
  }
  const isQuiet = async () => (await control.summary()).sessions.active === 0;
  if (!(await holdsWithin(isQuiet, SETTLED_MS))) {
    const { activeSessionIds } = await control.summary();
    violations.push({ kind: 'left running', tag: null, evidence: activeSessionIds.join(', ') });
  }
  return violations;
}

/** Whether a line is of the same conversation as those: one that nobody acknowledged may stand, too. */
function isOfOne(line: string, [first]: readonly string[]): boolean {
  const conversationOf = (text: string | undefined) => /conversation \d+/.exec(text ?? '')?.[0];
  return first === undefined || conversationOf(line) === conversationOf(first);
}
