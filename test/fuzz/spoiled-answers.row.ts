import fc from 'fast-check';
import type { AnswerProxy, Spoil, WholeAnswer } from './answer-proxy.js';
import type { Arena } from './arena.js';
import { inParallel } from './in-parallel.js';
import { spoils } from './spoiled-answer.js';
import { type RowResult, Tally } from './tally.js';
import { findLost, playVisit, type VisitRecord } from './visits.js';

/** Many visits wait: for a vendor that seems full, or for what is tried again. */
const AT_ONCE = 24;

/** Of one account only a few sessions are worked on at a time. */
const ACCOUNTS = 8;

/** How long the outbox may take once everybody behaves again. */
const CALM_MS = 60_000;

/** Spoiled vendor answers of every kind, in the course of whole visits. */
export function vendorAnswersRow(arena: Arena, cases: number, seed: number): Promise<RowResult> {
  const plan = fc.sample(spoils, { numRuns: cases, seed });
  return spoilVisits(arena, 'mutated vendor answers', arena.vendorProxy, /^\/v1\//, plan);
}

/** Spoiled answers of Petya, to look-ups and to deliveries. */
export function petyaAnswersRow(arena: Arena, cases: number, seed: number): Promise<RowResult> {
  const plan = fc.sample(spoils, { numRuns: cases, seed }).map(keepAccount);
  return spoilVisits(
    arena,
    'mutated Petya answers',
    arena.petyaProxy,
    /^\/api\/v1\/avatar\//,
    plan,
  );
}

async function spoilVisits(
  arena: Arena,
  name: string,
  proxy: AnswerProxy,
  path: RegExp,
  plan: readonly Spoil[],
): Promise<RowResult> {
  const tally = new Tally(name);
  const limits = { maxConcurrentSessions: 1_000 };
  const tenants = await inParallel(Array.from({ length: ACCOUNTS }), ACCOUNTS, () =>
    arena.makeTenant({ limits }),
  );
  const records: VisitRecord[] = [];
  proxy.spoilWith(path, plan);
  const visitors = Array.from({ length: AT_ONCE / ACCOUNTS }, () => tenants).flat();
  await inParallel(visitors, AT_ONCE, async (tenant) => {
    while (proxy.left > 0 && arena.exits.length === 0) {
      // What is known of a key is not asked for again for some seconds, hence keys of their own.
      const key = proxy === arena.petyaProxy ? await arena.makeKey(tenant.accountId) : tenant.key;
      const outcome = await playVisit(arena, { ...tenant, key });
      tally.count(outcome.problems);
      if (outcome.record) records.push(outcome.record);
    }
  });
  proxy.heal();
  for (const { problems, record } of await findLost(arena, records, CALM_MS)) {
    tally.count(problems, record);
  }
  const turns = records.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  return {
    ...tally.result(`${records.length} visits, ${turns} acknowledged turns`),
    cases: plan.length,
  };
}

/** An answer about another account is a lie that nobody could see through. */
function keepAccount(spoil: Spoil): Spoil {
  return (answer: WholeAnswer) => {
    const spoiled = spoil(answer);
    const accountId = accountOf(answer.body);
    if (accountId === undefined || accountOf(spoiled.body) === undefined) return spoiled;
    const json = { ...(JSON.parse(spoiled.body.toString('utf8')) as object), accountId };
    return { ...spoiled, body: Buffer.from(JSON.stringify(json)) };
  };
}

function accountOf(body: Buffer): unknown {
  try {
    return (JSON.parse(body.toString('utf8')) as { accountId?: unknown }).accountId;
  } catch {
    return undefined;
  }
}
