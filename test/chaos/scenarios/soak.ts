import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedFaults } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { trendOf, type Sample } from '../flatness.js';
import { judge } from '../judgement.js';
import { MemoryWatch } from '../memory-watch.js';
import type { ApartScenario, Outcome, Row, RunSettings } from '../scenario.js';
import type { SeededBug } from '../seeded-bugs.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import { chaosPath, World } from '../world.js';
import { plant } from './seeded.js';

const SOAK_SECONDS = 15 * 60;

/** What a leak is looked for in; it need not be slow. */
const LEAK_SECONDS = 90;

/** How many conversations at a time show what the stack holds, and for how long they are watched. */
const SATURATED = 24;
const MEASURE_MS = 15_000;

/** Of what it holds. */
const SHARE = 0.5;

/** Conversations that may be going on at a time, should the machine be taken away meanwhile. */
const MOST = 100;

const SAMPLES = 60;

/** Growth in half of the time that is none: code that is still being compiled, a pool's connections. */
const NEGLIGIBLE = { bytes: 1024 * 1024, descriptors: 4 };

/** A stack that is not overloaded says "later" to nobody, but the machine may be busy. */
const BUSY: PlannedFaults = { losesAnswers: false, statuses: [503] };

/** Keeps what every turn said, and an open file. */
const LEAK: Pick<SeededBug, 'edits'> = {
  edits: [
    {
      file: 'apps/ilianaai-avatar/src/turns/turn-writer.js',
      from: 'const result = await this.commits.add(line);',
      to:
        'const result = await this.commits.add(line); (globalThis.kept ??= []).push(' +
        "[...Array(4000).keys()], process.getBuiltinModule('node:fs').openSync('/dev/null'));",
    },
  ],
};

/**
 * Conversations for a long time, at half of the pace that the stack holds: what a process keeps
 * becomes constant. `--only soak:90` takes 90 seconds, `soak:leak` puts a leak in that must be seen.
 */
export const soak: ApartScenario = {
  name: 'soak',
  isOnlyFull: true,
  async runApart(settings) {
    if (settings.part === 'leak') return [await soakWithLeak(settings)];
    const seconds = settings.part === null ? SOAK_SECONDS : Number(settings.part);
    const world = await World.start({ logFolder: chaosPath('logs', 'soak') });
    try {
      return await judge(world, [await talkFor(world, seconds, settings)]);
    } finally {
      await world.stop();
    }
  },
};

/** Passes where every replica is seen to keep memory and descriptors. */
async function soakWithLeak(settings: RunSettings): Promise<Row> {
  const buildRoot = chaosPath('build', 'leak');
  await plant(LEAK, buildRoot);
  const world = await World.start({ logFolder: chaosPath('logs', 'soak-leak'), buildRoot });
  try {
    const { violations = [], growth } = await talkFor(world, LEAK_SECONDS, settings);
    const expected = world.replicas.flatMap(({ process: { name } }) => [
      `${name}: memory`,
      `${name}: descriptors`,
    ]);
    const unseen = expected.filter(
      (what) => !violations.some(({ evidence }) => evidence.startsWith(what)),
    );
    return {
      what: 'a leak is seen',
      runs: 1,
      violations: unseen.map((what) => state(`${what} grew, and that was not seen`)),
      only: 'soak:leak',
      note: growth,
    };
  } finally {
    await world.stop();
  }
}

/** Talks at half of what the stack holds, and asks every process from time to time what it keeps. */
async function talkFor(
  world: World,
  seconds: number,
  { seed, say }: RunSettings,
): Promise<Outcome & { readonly growth: string }> {
  const watches: MemoryWatch[] = [];
  for (const process of [world.petya, ...world.replicas.map((each) => each.process)]) {
    watches.push(await MemoryWatch.over(process));
  }
  const ledger = new ClientLedger();
  const holds = await conversationsPerSecond(world, ledger, seed);
  const pace = holds * SHARE;
  say(`it holds ${holds.toFixed(1)} conversations a second`);
  const swarm = new Swarm(world, ledger, { name: 'soak', seed, stopBudgetMs: null });
  const over = new AbortController();
  const talking = keepPace(swarm, pace, over.signal);
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await sleep((seconds / SAMPLES) * 1000);
    for (const watch of watches) await watch.sample();
  }
  over.abort();
  await talking;
  const growth = watches.flatMap(describeWatch).join('; ');
  return {
    what: `soak, ${seconds} s`,
    runs: 1,
    ledger,
    planned: BUSY,
    only: 'soak',
    violations: watches.flatMap(complain),
    growth,
    note: () => `${pace.toFixed(1)} conversations/s; ${growth}`,
  };
}

async function conversationsPerSecond(
  world: World,
  ledger: ClientLedger,
  seed: number,
): Promise<number> {
  const swarm = new Swarm(world, ledger, { name: 'full', seed, stopBudgetMs: null, pauseMs: 0 });
  const before = ledger.sessions.length;
  const began = Date.now();
  await swarm.keepTalking(SATURATED, AbortSignal.timeout(MEASURE_MS));
  return ((ledger.sessions.length - before) * 1000) / (Date.now() - began);
}

/** Begins conversations at that pace, whoever is still talking. */
async function keepPace(swarm: Swarm, perSecond: number, signal: AbortSignal): Promise<void> {
  const talking = new Set<Promise<unknown>>();
  const began = Date.now();
  for (let begun = 0; !signal.aborted; begun += 1) {
    await sleep(Math.max(0, began + (begun * 1000) / perSecond - Date.now()));
    if (talking.size >= MOST) await Promise.race(talking);
    const one = swarm.converse().finally(() => talking.delete(one));
    talking.add(one);
  }
  await Promise.all(talking);
}

function figuresOf(watch: MemoryWatch): [what: string, samples: Sample[], negligible: number][] {
  return [
    ['memory', watch.bytes, NEGLIGIBLE.bytes],
    ['descriptors', watch.descriptors, NEGLIGIBLE.descriptors],
  ];
}

function complain(watch: MemoryWatch): Violation[] {
  return figuresOf(watch).flatMap(([what, samples, negligible]) => {
    const { grew, noise, isFlat } = trendOf(samples, negligible);
    const by = `${Math.round(grew)} in the second half (noise ${Math.round(noise)})`;
    return isFlat ? [] : [state(`${watch.process.name}: ${what} grew by ${by}`)];
  });
}

function describeWatch(watch: MemoryWatch): string {
  const [bytes, descriptors] = figuresOf(watch).map(([, samples, negligible]) => ({
    last: samples.at(-1)?.value ?? 0,
    grew: trendOf(samples, negligible).grew,
  }));
  const mib = (value = 0): string => (value / 1024 / 1024).toFixed(1);
  const memory = `${mib(bytes?.last)} MiB (${mib(bytes?.grew)} more in the second half)`;
  return `${watch.process.name} ${memory}, ${descriptors?.last} descriptors`;
}

function state(evidence: string): Violation {
  return { kind: 'state', tag: null, evidence };
}
