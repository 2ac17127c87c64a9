import type { Answer } from '../http.answers.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { withApiKey } from './access.js';
import { invalid, success, type InputProblem } from './envelope.js';
import { earlierSession, sessionEntry, type VendorSession } from './session.js';

interface ListQuery {
  type: 'active' | 'historic';
  page: number;
  pageSize: number;
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

function readListQuery(call: VendorCall): { query: ListQuery } | { problems: InputProblem[] } {
  const problems: InputProblem[] = [];
  const type = call.url.searchParams.get('type');
  const loc = ['query', 'type'];
  if (type === null) problems.push({ loc, msg: 'Field required', type: 'missing' });
  else if (type !== 'active' && type !== 'historic') {
    problems.push({ loc, msg: "Input should be 'active' or 'historic'", type: 'enum' });
  }
  const page = readInteger(call, 'page', { fallback: 1, least: 1, most: 1_000_000 }, problems);
  const sizes = { fallback: 20, least: 1, most: 100 };
  const pageSize = readInteger(call, 'page_size', sizes, problems);
  if (problems.length > 0) return { problems };
  return { query: { type: type === 'active' ? 'active' : 'historic', page, pageSize } };
}

function pageLink(call: VendorCall, page: number): string {
  const url = new URL(call.url);
  url.searchParams.set('page', String(page));
  return url.toString();
}

function filterOf(call: VendorCall): ((session: VendorSession) => boolean) | null {
  const avatarId = call.url.searchParams.get('avatar_id');
  const contextId = call.url.searchParams.get('context_id');
  if (avatarId === null && contextId === null) return null;
  return ({ request }) =>
    (avatarId === null || request.avatarId === avatarId) &&
    (contextId === null || request.contextId === contextId);
}

/** Others with the same key have sessions of their own, of which one ends whenever nobody expects it. */
function endOthers({ clock, liveavatar, settings }: SimulatorWorld): void {
  const nowMs = clock.nowMs();
  for (let index = 0; index < settings.othersEndedPerPage; index += 1) {
    const times = { startedAtMs: nowMs - 1_000, endedAtMs: nowMs };
    liveavatar.enter(earlierSession({ ...times, credits: 0 }));
  }
}

function listSessions(call: VendorCall, world: SimulatorWorld): Answer {
  const read = readListQuery(call);
  if ('problems' in read) return invalid(world.settings, read.problems);
  if (read.query.page > 1) endOthers(world);
  const { type, page, pageSize } = read.query;
  const everything = type === 'active' ? world.liveavatar.active() : world.liveavatar.ended();
  const filter = filterOf(call);
  const found = filter ? everything.filter(filter) : everything;
  // Newest first; the stored order is oldest first, so pages are cut from the end.
  const end = Math.max(0, found.length - (page - 1) * pageSize);
  const begin = Math.max(0, end - pageSize);
  const nowMs = world.clock.nowMs();
  const shown = found.slice(begin, end).toReversed();
  return success({
    count: found.length,
    next: begin > 0 ? pageLink(call, page + 1) : null,
    previous: page > 1 ? pageLink(call, page - 1) : null,
    results: shown.map((session) => sessionEntry(session, nowMs)),
  });
}

/** GET /v1/sessions?type=active|historic (reference 2.8). */
export const listRoutes: VendorRoute[] = [
  { name: 'sessions', method: 'GET', pattern: '/v1/sessions', handle: withApiKey(listSessions) },
];
