import type { ControlCall, ControlRoute } from './control.call.js';
import { sessionRow } from './liveavatar/session.js';

function readLedger({ query, world }: ControlCall): unknown {
  const nowMs = world.clock.nowMs();
  const sessionId = query.get('session');
  const requests = world.ledger.list({
    since: Number(query.get('since') ?? 0) || 0,
    limit: Number(query.get('limit') ?? Infinity) || Infinity,
    route: query.get('route'),
    sessionId,
  });
  if (query.get('sessions') === 'false') return { requests };
  const found = sessionId === null ? world.liveavatar.all() : [world.liveavatar.find(sessionId)];
  const sessions = found.flatMap((session) => (session ? [sessionRow(session, nowMs)] : []));
  return { requests, sessions };
}

function readSummary({ world }: ControlCall): unknown {
  const totals = world.liveavatar.totals();
  return {
    ...world.ledger.counts(),
    sessions: { known: totals.known, active: totals.active, ended: totals.ended },
    activeSessionIds: world.liveavatar.active().map((session) => session.id),
    totalBilledSeconds: totals.billedSeconds,
    creditsSpent: totals.creditsSpent,
  };
}

/** What the vendor saw and billed. */
export const ledgerRoutes: readonly ControlRoute[] = [
  ['GET', '/_control/ledger', readLedger],
  ['GET', '/_control/ledger/summary', readSummary],
];
