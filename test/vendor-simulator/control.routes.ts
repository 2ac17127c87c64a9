import type { Answer } from './http.answers.js';
import { ControlRefusal, type ControlCall, type ControlRoute } from './control.call.js';
import { ledgerRoutes } from './control.ledger.js';
import { sessionRoutes } from './control.sessions.js';
import { readFault } from './faults.js';
import { heygenControlRoutes } from './heygen/control.js';
import { isJsonObject } from './liveavatar/validation.js';
import { patchSettings } from './settings.js';
import type { SimulatorWorld } from './simulator.world.js';
import { matchPattern } from './vendor.call.js';

/*
 * The control routes: how tests look into the vendor and make it misbehave. JSON, no credential,
 * never recorded in the ledger; refused input is 400 {error}, an unknown session 404, a session in
 * the wrong state 409.
 *
 * GET    /_control/health       {ok:true, now}
 * GET    /_control/ledger       {requests, sessions}
 *        ?since=<seq>&limit=&route=&session=<id>&sessions=false
 * GET    /_control/ledger/summary   counts by route and status, active ids, billed seconds, credits
 * GET    /_control/settings     everything that can be set (settings.ts)
 * PATCH  /_control/settings     {name: value, …}; unknown names and wrong types are refused
 * POST   /_control/reset        forgets sessions, ledger, faults, settings and clock
 * POST   /_control/clock        {advanceSeconds}: jumps forward, carries out what fell due → {now}
 * POST   /_control/faults       {route, kind, times?=1, after?=0, status?, body?, headers?, delayMs?,
 *        variant?, effect?} → {id}. Routes and kinds are listed in faults.ts; `times` -1 is "until
 *        cleared"; `after` answers that many well first. cut, slow, delay and effect-then-* carry
 *        the request out, the others only when `effect` is true. `variant` picks the garbage.
 * GET    /_control/faults       {faults} that still wait
 * DELETE /_control/faults
 * POST   /_control/sessions    {sessions:[{startedAt, endedAt, credits?=0, id?}]}: what others had with the
 *        same key → {ids}
 * GET    /_control/sessions/{id}        the session's ledger row and every line with its time
 * POST   /_control/sessions/{id}/say    {role, text, secondsAgo?}: a line spoken in the room; a
 *        user's line is answered by the persona → {lines:[{role, text, at}]}
 * POST   /_control/sessions/{id}/lines  {lines:[…], keepOrder?, replace?}: added to the transcript
 *        exactly as given, sorted in by absolute_timestamp unless keepOrder is true; `replace` drops
 *        what stood there, as a vendor does who corrects its record
 * POST   /_control/sessions/{id}/end    {reason?}: the vendor ends it (default SERVER_ERROR)
 *
 * HeyGen's sessions have routes of their own: heygen/control.ts.
 */

function changeSettings({ body, world }: ControlCall): unknown {
  patchSettings(world.settings, body);
  world.liveavatar.settingsChanged();
  return world.settings;
}

function reset({ world }: ControlCall): unknown {
  world.reset();
  return { ok: true };
}

function advanceClock({ body, world }: ControlCall): unknown {
  const seconds = body['advanceSeconds'];
  world.clock.advance(typeof seconds === 'number' ? seconds : Number.NaN);
  world.sweep();
  return { now: new Date(world.clock.nowMs()).toISOString() };
}

function addFault({ body, world }: ControlCall): unknown {
  const fault = readFault(body);
  world.faults.add(fault);
  return { id: fault.id };
}

function clearFaults({ world }: ControlCall): unknown {
  world.faults.clear();
  return { faults: [] };
}

const ROUTES: readonly ControlRoute[] = [
  ...ledgerRoutes,
  ...sessionRoutes,
  ...heygenControlRoutes,
  [
    'GET',
    '/_control/health',
    ({ world }) => ({ ok: true, now: new Date(world.clock.nowMs()).toISOString() }),
  ],
  ['GET', '/_control/settings', ({ world }) => world.settings],
  ['PATCH', '/_control/settings', changeSettings],
  ['POST', '/_control/reset', reset],
  ['POST', '/_control/clock', advanceClock],
  ['POST', '/_control/faults', addFault],
  ['GET', '/_control/faults', ({ world }) => ({ faults: world.faults.list() })],
  ['DELETE', '/_control/faults', clearFaults],
];

function refusal(error: unknown): Answer {
  if (error instanceof ControlRefusal) {
    return { status: error.status, body: { error: error.message } };
  }
  if (error instanceof TypeError || error instanceof RangeError) {
    return { status: 400, body: { error: error.message } };
  }
  throw error;
}

/** Answers a control request; `body` is the parsed JSON, {} when there was none. */
export function answerControl(
  method: string,
  url: URL,
  body: unknown,
  world: SimulatorWorld,
): Answer {
  for (const [routeMethod, pattern, handle] of ROUTES) {
    const params = matchPattern(pattern, url.pathname);
    if (params === null || routeMethod !== method) continue;
    if (!isJsonObject(body)) return { status: 400, body: { error: 'the body must be an object' } };
    try {
      return { status: 200, body: handle({ params, query: url.searchParams, body, world }) };
    } catch (error) {
      return refusal(error);
    }
  }
  return { status: 404, body: { error: 'no such control route' } };
}
