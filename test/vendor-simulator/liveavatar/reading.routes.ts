import type { Answer } from '../http.answers.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { withApiKey } from './access.js';
import { invalid, sessionNotFound, success, type InputProblem } from './envelope.js';
import { sessionEntry, type VendorSession } from './session.js';
import { isUuid } from './validation.js';

const LANGUAGES = [
  { language: 'English', code: 'en' },
  { language: 'German', code: 'de' },
  { language: 'Spanish', code: 'es' },
  { language: 'French', code: 'fr' },
  { language: 'Bulgarian', code: 'bg' },
];

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

/** Single session, transcript, credits and languages: all with the account's key. */
export const readingRoutes: VendorRoute[] = [
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
