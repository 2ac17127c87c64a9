import { ERASURE_FAIL_POINTS, type ErasureFailPoint } from '#platform';
import {
  type ErasableVisitor,
  findWords,
  leftInLog,
  makeErasableVisitor,
} from '../../support/erasable-visitor.js';
import { callApi } from '../../stack/json-api.js';
import type { ManagedProcess } from '../../stack/managed-process.js';
import type { ApartScenario, Row } from '../scenario.js';
import { holdsWithin } from '../holds-within.js';
import type { Violation } from '../violations.js';
import { chaosPath, World } from '../world.js';

/** Within it nothing of an erased visitor may be left, whoever died meanwhile. */
const GONE_MS = 60_000;

/** A point must be reached within it. */
const REACHED_MS = 30_000;

/** Petya's part; the other points are the avatar app's. */
const OF_PETYA: readonly string[] = [
  'erase.visitorMarked',
  'erase.ordered',
  'erase.lateRefused',
  'erase.conversationsMarked',
  'erase.halfRemoved',
  'erase.removed',
  'erase.confirmed',
] satisfies ErasureFailPoint[];

/** A place of each kind; the others are for `--full`. */
const USUAL: readonly string[] = [
  'erase.ordered',
  'erase.halfRemoved',
  'erase.marked',
  'erase.turnsDeleted',
  'erase.blanked',
] satisfies ErasureFailPoint[];

/** A visitor is erased, and whoever carries that out dies in the middle of it, at each place. */
export const erasureKills: ApartScenario = {
  name: 'erasure-kills',
  isOnlyFull: false,
  async runApart({ part, say, isFull }): Promise<Row[]> {
    const places = ERASURE_FAIL_POINTS.filter((place) =>
      part === null ? isFull || USUAL.includes(place) : place === part,
    );
    const avatarEnv = { ERASURE_POLL_SECONDS: '0.5', ERASURE_SETTLE_SECONDS: '1' };
    const logFolder = chaosPath('logs', 'erasure');
    const world = await World.start({ logFolder, avatarEnv, replicas: 1 });
    const violations: Violation[] = [];
    try {
      for (const place of places) {
        say(`erased and killed at ${place}`);
        violations.push(...(await eraseAndKill(world, place)));
      }
    } finally {
      await world.stop();
    }
    const what = 'visitors erased, and killed meanwhile';
    return [{ what, runs: places.length, violations, only: 'erasure-kills' }];
  },
};

async function eraseAndKill(world: World, place: ErasureFailPoint): Promise<Violation[]> {
  const account = await world.addAccount(`erased at ${place}`);
  const ada = await makeErasableVisitor({
    petyaUrl: world.petyaUrl,
    avatarUrl: world.replica(0).url,
    key: account.apiKey,
    origin: world.origin,
    vendor: world.control,
  });
  const { visitorId: visitor_id, conversationId: conversation_id } = ada;
  const ended = await ada.talk({ visitor_id, conversation_id });
  await ada.end(ended);
  await ada.talk({ visitor_id });
  const victim = OF_PETYA.includes(place) ? world.petya : world.replica(0).process;
  await arm(victim, place);
  const path = `/api/v1/admin/accounts/${account.accountId}/visitors/${visitor_id}`;
  const bearer = world.wiring.secrets.adminToken;
  await callApi(`${world.petyaUrl}${path}`, { method: 'DELETE', bearer }).catch(() => undefined);
  const wasReached = await holdsWithin(async () => !victim.isRunning, REACHED_MS);
  if (wasReached) await victim.exited();
  else await victim.kill();
  await victim.start();
  const left = await leftAfter(world, ada);
  return [
    ...(wasReached ? [] : [violation(`no process came to ${place}`)]),
    ...left.map((word) => violation(`killed at ${place}: ${word}`)),
  ];
}

async function arm(victim: ManagedProcess, place: ErasureFailPoint): Promise<void> {
  await victim.kill();
  await victim.launch({ FAILPOINT: `${place}:kill` });
  await victim.waitUntilHealthy();
}

async function leftAfter(world: World, ada: ErasableVisitor): Promise<string[]> {
  let left: string[] = [];
  await holdsWithin(async () => {
    left = await leftOf(world, ada);
    return left.length === 0;
  }, GONE_MS);
  return left;
}

async function leftOf(world: World, visitor: ErasableVisitor): Promise<string[]> {
  const databases = { petya: world.db('petya'), avatar: world.db('avatar') };
  const logs = await Promise.all(world.processes.list().map((process) => process.readLog()));
  return [
    ...(await findWords(visitor.canaries, databases, world.control)),
    ...leftInLog(visitor, logs.join('\n')),
  ];
}

function violation(evidence: string): Violation {
  return { kind: 'state', tag: null, evidence };
}
