import type { Answer } from '../http.answers.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { CODE, failure, invalid, sessionNotFound, success, type InputProblem } from './envelope.js';
import { sessionEntry, type VendorSession } from './session.js';
import { isUuid } from './validation.js';

const LANGUAGES = [
  { language: 'English', code: 'en' },
  { language: 'German', code: 'de' },
  { language: 'Spanish', code: 'es' },
  { language: 'French', code: 'fr' },
  { language: 'Bulgarian', code: 'bg' },
];

/** Runs a handler for holders of the account's key only; a session token is not enough. */
function withApiKey(handle: VendorRoute['handle']): VendorRoute['handle'] {
  return (call, world) =>
    call.hasApiKey ? handle(call, world) : failure(401, CODE.unauthorised, 'Unauthorized');
}

/** A whole number in the query, within bounds; problems are collected. */
function readInteger(
  call: VendorCall,
  name: string,
  range: { fallback: number; least: number; most: number },
  problems: InputProblem[],
): number {
  const text = call.url.searchParams.get(name);
  if (text === null) return range.fallback;
  const value = Number(text);
  if (/^-?\d+$/.test(text) && value >= range.least && value <= range.most) return value;
  const msg = `Input should be a valid integer from ${range.least} to ${range.most}`;
  problems.push({ loc: ['query', name], msg, type: 'int_parsing' });
  return range.fallback;
}

function pageLink(call: VendorCall, page: number): string {
  const url = new URL(call.url);
  url.searchParams.set('page', String(page));
  return url.toString();
}

function matches(call: VendorCall): ((session: VendorSession) => boolean) | null {
  const avatarId = call.url.searchParams.get('avatar_id');
  const contextId = call.url.searchParams.get('context_id');
  if (avatarId === null && contextId === null) return null;
  return ({ request }) =>
    (avatarId === null || request.avatarId === avatarId) &&
    (contextId === null || request.contextId === contextId);
}

function listSessions(call: VendorCall, world: SimulatorWorld): Answer {
  const type = call.url.searchParams.get('type');
  const problems: InputProblem[] = [];
  if (type === null) {
    problems.push({ loc: ['query', 'type'], msg: 'Field required', type: 'missing' });
  } else if (type !== 'active' && type !== 'historic') {
    const msg = "Input should be 'active' or 'historic'";
    problems.push({ loc: ['query', 'type'], msg, type: 'enum' });
  }
  const page = readInteger(call, 'page', { fallback: 1, least: 1, most: 1_000_000 }, problems);
  const sizeRange = { fallback: 20, least: 1, most: 100 };
  const pageSize = readInteger(call, 'page_size', sizeRange, problems);
  if (problems.length > 0) return invalid(world.settings, problems);
  const everything = type === 'active' ? world.liveavatar.active() : world.liveavatar.ended();
  const filter = matches(call);
  const found = filter ? everything.filter(filter) : everything;
  const end = Math.max(0, found.length - (page - 1) * pageSize);
  const begin = Math.max(0, end - pageSize);
  const nowMs = world.clock.nowMs();
  const results = found
    .slice(begin, end)
    .reverse()
    .map((session) => sessionEntry(session, nowMs));
  return success({
    count: found.length,
    next: begin > 0 ? pageLink(call, page + 1) : null,
    previous: page > 1 ? pageLink(call, page - 1) : null,
    results,
  });
}

/** The started session a path names; a minted one does not exist for the reading routes yet. */
function startedSession(
  call: VendorCall,
  world: SimulatorWorld,
): { session: VendorSession; startedAtMs: number } | { refusal: Answer } {
  const id = call.params['session_id'] ?? '';
  if (!isUuid(id)) {
    const msg = 'Input should be a valid UUID, invalid character or length';
    const problem = { loc: ['path', 'session_id'], msg, type: 'uuid_parsing' };
    return { refusal: invalid(world.settings, [problem]) };
  }
  const session = world.liveavatar.find(id);
  if (!session || session.startedAtMs === null) return { refusal: sessionNotFound() };
  return { session, startedAtMs: session.startedAtMs };
}

function getSession(call: VendorCall, world: SimulatorWorld): Answer {
  const found = startedSession(call, world);
  if ('refusal' in found) return found.refusal;
  return success(sessionEntry(found.session, world.clock.nowMs()));
}

function readTimestamp(call: VendorCall, name: string, problems: InputProblem[]): number | null {
  const text = call.url.searchParams.get(name);
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  problems.push({
    loc: ['query', name],
    msg: 'Input should be a valid number',
    type: 'float_parsing',
  });
  return null;
}

function getTranscript(call: VendorCall, world: SimulatorWorld): Answer {
  const found = startedSession(call, world);
  if ('refusal' in found) return found.refusal;
  const problems: InputProblem[] = [];
  const query = {
    start: readTimestamp(call, 'start_timestamp', problems),
    end: readTimestamp(call, 'end_timestamp', problems),
  };
  if (problems.length > 0) return invalid(world.settings, problems);
  const { session, startedAtMs } = found;
  const times = { startedAtMs, endedAtMs: session.endedAtMs };
  return success(session.transcript.page(query, times, world.clock.nowMs(), world.settings));
}

function deleteEvents(call: VendorCall, world: SimulatorWorld): Answer {
  const found = startedSession(call, world);
  if ('refusal' in found) return found.refusal;
  found.session.transcript.clear();
  return success(null);
}

const pathSession = (call: VendorCall) => call.params['session_id'];

/** Lists, single session, transcript, credits and languages: all with the account's key. */
export const readingRoutes: VendorRoute[] = [
  { name: 'sessions', method: 'GET', pattern: '/v1/sessions', handle: withApiKey(listSessions) },
  {
    name: 'session',
    method: 'GET',
    pattern: '/v1/sessions/{session_id}',
    handle: withApiKey(getSession),
    sessionId: pathSession,
  },
  {
    name: 'transcript',
    method: 'GET',
    pattern: '/v1/sessions/{session_id}/transcript',
    handle: withApiKey(getTranscript),
    sessionId: pathSession,
  },
  {
    name: 'events',
    method: 'DELETE',
    pattern: '/v1/sessions/{session_id}/events',
    handle: withApiKey(deleteEvents),
    sessionId: pathSession,
  },
  {
    name: 'credits',
    method: 'GET',
    pattern: '/v1/users/credits',
    handle: withApiKey((_call, world) => success({ credits_left: String(world.settings.credits) })),
  },
  {
    name: 'languages',
    method: 'GET',
    pattern: '/v1/languages',
    handle: withApiKey(() => success(LANGUAGES)),
  },
];
