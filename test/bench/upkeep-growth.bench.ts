import type { Session } from '../../apps/ilianaai-avatar/src/session-record/session.js';
import { say } from '../stack/say.js';
import { median, openBenchDatabase } from './bench-database.js';

/*
 * What one look of the upkeep worker costs when nothing is due, with few and with many sessions
 * that are running: cost has to grow with what is due, not with what exists.
 */
const SIZES = [10, 10_000] as const;
const ROUNDS = 9;
const LOOKS = 40;
const AT_MOST = 1.5;

const database = await openBenchDatabase();
say(`Database: ${database.server.description}`);
const collection = database.connection.collection<{ _id: string }>('sessions');
const tookMs = new Map<number, number[]>(SIZES.map((size) => [size, []]));
for (const size of SIZES) {
  for (let from = await collection.countDocuments(); from < size; from += 1000) {
    const count = Math.min(1000, size - from);
    await collection.insertMany(Array.from({ length: count }, (_, at) => running(from + at)));
  }
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ms = await look();
    // The first round warms up.
    if (round > 0) tookMs.get(size)?.push(ms);
  }
}
const [few, many] = SIZES.map((size) => median(tookMs.get(size) ?? []));
const ratio = (many ?? Number.NaN) / (few ?? Number.NaN);
const isEnough = ratio <= AT_MOST;
say(
  `${isEnough ? '✓' : '✗'} a look with 10 running sessions ${few?.toFixed(2)} ms, with 10,000 ` +
    `${many?.toFixed(2)} ms: ${ratio.toFixed(2)}× (aim at most ${AT_MOST}×)`,
);
await database.stop();
process.exit(isEnough ? 0 : 1);

/** One look of both lanes, as the worker makes it; the median of many. */
async function look(): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < LOOKS; index += 1) {
    const now = new Date();
    const until = new Date(now.getTime() + 15_000);
    const began = performance.now();
    for (const lane of ['life', 'outbox'] as const) {
      const claim = { lane, owner: 'bench', now, until, notAccounts: [] };
      if (await database.sessions.claimDue(claim)) throw new Error('Nothing should be due.');
    }
    times.push(performance.now() - began);
  }
  return median(times);
}

/** A record of the usual size whose next look is in a minute. */
function running(index: number): Session & { _id: string } {
  const soon = new Date(Date.now() + 3_600_000);
  const lease = { owner: null, lane: 'life', epoch: 1, until: new Date(0) };
  return {
    _id: `session-${index}`,
    vendorSessionId: `vendor-${index}`,
    accountId: `account-${index % 500}`,
    slot: index,
    state: 'active',
    rev: 3,
    lease,
    dueAt: soon,
    outboxDueAt: soon,
    media: 'x'.repeat(900),
  } as unknown as Session & { _id: string };
}
