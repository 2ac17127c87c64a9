import type { Answer } from './http.answers.js';
import { readFault } from './faults.js';
import { sessionRow, type VendorSession } from './liveavatar/session.js';
import { STOP_REASONS, isJsonObject, type JsonObject } from './liveavatar/validation.js';
import { patchSettings } from './settings.js';
import type { SimulatorWorld } from './simulator.world.js';
import { matchPattern } from './vendor.call.js';

/*
 * The control routes: how tests look into the vendor and make it misbehave. JSON, no credential,
 * never recorded in the ledger; refused input is 400 {error}, an unknown session 404, a session in
 * the wrong state 409.
 *
 * GET    /_control/health                       {ok:true, now}
 * GET    /_control/ledger                       {requests, sessions}; ?since=<seq>&limit=&route=
 *                                               &session=<id>&sessions=false
 * GET    /_control/ledger/summary               counts by route and status, active ids, billed seconds
 * GET    /_control/settings                     everything that can be set (settings.ts)
 * PATCH  /_control/settings    {name: value}    changes some; unknown names are refused
 * POST   /_control/reset                        forgets sessions, ledger, faults, settings, clock
 * POST   /_control/clock       {advanceSeconds} jumps forward and carries out what fell due
 * POST   /_control/faults      {route, kind, times?=1, after?=0, status?, body?, headers?, delayMs?,
 *                               variant?, effect?}  → {id}; kinds in faults.ts, `times` -1 is "until
 *                               cleared"; cut, slow, delay and effect-then-* carry the request out,
 *                               the others do not unless `effect` is true
 * GET    /_control/faults                       {faults} that still wait
 * DELETE /_control/faults
 * GET    /_control/sessions/{id}                the ledger's row and every line with its time
 * POST   /_control/sessions/{id}/say   {role, text, secondsAgo?}  a line spoken in the room; a user's
 *                               line is answered by the persona → {lines:[{role, text, at}]}
 * POST   /_control/sessions/{id}/lines {lines:[…]}  appended to the transcript exactly as given
 * POST   /_control/sessions/{id}/end   {reason?}    the vendor ends it (default SERVER_ERROR)
 */

/** A control request: placeholders, query and parsed body ({} when there is none). */
interface ControlCall {
  params: Record<string, string>;
  query: URLSearchParams;
  body: JsonObject;
  world: SimulatorWorld;
}

type ControlRoute = [method: string, pattern: string, handle: (call: ControlCall) => unknown];

class ControlRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function sessionOf({ params, world }: ControlCall): VendorSession {
  const session = world.liveavatar.find(params['id'] ?? '');
  if (!session) throw new ControlRefusal(404, 'no such session');
  return session;
}

function liveSession(call: ControlCall): VendorSession {
  const session = sessionOf(call);
  const live = session.startedAtMs !== null && session.endedAtMs === null;
  if (!live) throw new ControlRefusal(409, 'the session is not active');
  return session;
}

function wireLines(session: VendorSession): unknown[] {
  return session.transcript.all().map((line) => ({
    role: line.role,
    text: line.text,
    at: new Date(line.atMs).toISOString(),
    ...(line.raw ? { raw: line.raw.value } : {}),
  }));
}

function readLedger({ query, world }: ControlCall): unknown {
  const nowMs = world.clock.nowMs();
  const sessionId = query.get('session');
  const found = sessionId === null ? world.liveavatar.all() : [world.liveavatar.find(sessionId)];
  const requests = world.ledger.list({
    since: Number(query.get('since') ?? 0) || 0,
    limit: Number(query.get('limit') ?? Infinity) || Infinity,
    route: query.get('route'),
    sessionId,
  });
  if (query.get('sessions') === 'false') return { requests };
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

function changeSettings({ body, world }: ControlCall): unknown {
  patchSettings(world.settings, body);
  world.liveavatar.settingsChanged();
  return world.settings;
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

function say(call: ControlCall): unknown {
  const session = liveSession(call);
  const { role, text, secondsAgo } = call.body;
  if (role !== 'user' && role !== 'avatar') throw new TypeError('role must be user or avatar');
  if (typeof text !== 'string') throw new TypeError('text must be a string');
  const ago = typeof secondsAgo === 'number' ? secondsAgo : 0;
  const lines = call.world.liveavatar.say(session, role, text, ago);
  return {
    lines: lines.map((line) => ({
      role: line.role,
      text: line.text,
      at: new Date(line.atMs).toISOString(),
    })),
  };
}

function appendLines(call: ControlCall): unknown {
  const session = sessionOf(call);
  const { lines } = call.body;
  if (!Array.isArray(lines)) throw new TypeError('lines must be a list');
  const { settings, clock, liveavatar } = call.world;
  const unitMs = settings.timestampUnit === 'milliseconds' ? 1 : 1000;
  for (const value of lines as unknown[]) {
    const members = isJsonObject(value) ? value : {};
    const stamp = members['absolute_timestamp'];
    liveavatar.addLine(session, {
      role: members['role'] === 'user' ? 'user' : 'avatar',
      text: typeof members['transcript'] === 'string' ? members['transcript'] : '',
      atMs: typeof stamp === 'number' ? stamp * unitMs : clock.nowMs(),
      raw: { value },
    });
  }
  return { lines: session.transcript.length };
}

function endSession(call: ControlCall): unknown {
  const session = liveSession(call);
  const wanted = call.body['reason'] ?? 'SERVER_ERROR';
  const reason = STOP_REASONS.find((known) => known === wanted);
  if (!reason) throw new TypeError(`reason must be one of ${STOP_REASONS.join(', ')}`);
  call.world.liveavatar.end(session, reason);
  return sessionRow(session, call.world.clock.nowMs());
}

const ROUTES: readonly ControlRoute[] = [
  ['GET', '/_control/health', ({ world }) => ({ ok: true, now: world.clock.nowMs() })],
  ['GET', '/_control/ledger', readLedger],
  ['GET', '/_control/ledger/summary', readSummary],
  ['GET', '/_control/settings', ({ world }) => world.settings],
  ['PATCH', '/_control/settings', changeSettings],
  ['POST', '/_control/clock', advanceClock],
  ['POST', '/_control/faults', addFault],
  ['GET', '/_control/faults', ({ world }) => ({ faults: world.faults.list() })],
  ['POST', '/_control/sessions/{id}/say', say],
  ['POST', '/_control/sessions/{id}/lines', appendLines],
  ['POST', '/_control/sessions/{id}/end', endSession],
  [
    'POST',
    '/_control/reset',
    ({ world }) => {
      world.reset();
      return { ok: true };
    },
  ],
  [
    'DELETE',
    '/_control/faults',
    ({ world }) => {
      world.faults.clear();
      return { faults: [] };
    },
  ],
  [
    'GET',
    '/_control/sessions/{id}',
    (call) => {
      const session = sessionOf(call);
      return { ...sessionRow(session, call.world.clock.nowMs()), transcript: wireLines(session) };
    },
  ],
];

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
      if (error instanceof ControlRefusal) {
        return { status: error.status, body: { error: error.message } };
      }
      if (error instanceof TypeError || error instanceof RangeError) {
        return { status: 400, body: { error: error.message } };
      }
      throw error;
    }
  }
  return { status: 404, body: { error: 'no such control route' } };
}
