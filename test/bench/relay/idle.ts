import { setTimeout as delay } from 'node:timers/promises';
import { isQuick, report } from '../figures.js';
import { closeSockets, openSockets, talk } from './clients.js';
import { type Relay, startRelay } from './relays.js';
import { inTurn, reportRatio, valuesOf } from './rounds.js';

const MANY = isQuick ? 2000 : 5000;
const FEW = 100;
const ROUNDS = isQuick ? 2 : 9;
const MS = isQuick ? 200 : 1000;
const QUIET_MS = isQuick ? 1000 : 10_000;
const MEMORY = 1.5;
const CPU_MANY = 1.2;

/** What sessions cost that say nothing, and what they cost those that do. */
export async function compareIdle(vendorPort: number): Promise<void> {
  const bare = await measureIdle('bare', vendorPort);
  const ours = await measureIdle('ours', vendorPort);
  reportRatio(`memory of an idle session ÷ bare, ${MANY} sessions`, [[ours], [bare]], {
    atMost: MEMORY,
    raw: { bareBytes: bare, oursBytes: ours },
  });
}

/** @returns bytes of resident memory that a session takes */
async function measureIdle(kind: 'bare' | 'ours', vendorPort: number): Promise<number> {
  const few = await startRelay(kind, vendorPort);
  const many = await startRelay(kind, vendorPort);
  const beside = await openSockets(few.port, FEW);
  // The first ones make the process grow once for all.
  beside.push(...(await openSockets(many.port, FEW)));
  const before = await settled(many);
  beside.push(...(await openSockets(many.port, MANY - FEW)));
  const grownBytes = (await settled(many)) - before;
  await reportQuiet(many);
  const how = { sockets: 20, size: 200, ms: MS, pace: { inFlight: 4 } };
  const contestants = new Map(
    [few, many].map((each, index) => [String(index), () => talk(each, how)]),
  );
  const rounds = await inTurn(contestants, ROUNDS);
  const cpu = (name: string): number[] => valuesOf(rounds, name, 'cpuMicros');
  const figure = `CPU of a message beside ${MANY} idle sessions ÷ beside ${FEW}, ${kind}`;
  reportRatio(figure, [cpu('1'), cpu('0')], {
    ...(kind === 'ours' ? { atMost: CPU_MANY } : {}),
    raw: Object.fromEntries(rounds),
  });
  closeSockets(beside);
  few.stop();
  many.stop();
  return grownBytes / (MANY - FEW);
}

async function settled(relay: Relay): Promise<number> {
  await delay(1000);
  return relay.memoryBytes();
}

/** What pings cost. */
async function reportQuiet(relay: Relay): Promise<void> {
  const before = await relay.cpuMicros();
  await delay(QUIET_MS);
  report({
    question: 'relay',
    figure: `${MANY} idle sessions, ${relay.kind}`,
    value: ((await relay.cpuMicros()) - before) / QUIET_MS / 10,
    unit: '% of a core',
  });
}
