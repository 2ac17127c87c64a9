import { ControlRefusal, type ControlCall, type ControlRoute } from './control.call.js';
import { speak } from './liveavatar/conversation.js';
import {
  type EarlierSession,
  earlierSession,
  sessionRow,
  type VendorSession,
} from './liveavatar/session.js';
import type { TranscriptLine } from './liveavatar/transcript.js';
import { STOP_REASONS, isJsonObject } from './liveavatar/validation.js';

/** The last instant a JavaScript date can name. */
const LAST_MS = 8.64e15;

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

function lineView(line: TranscriptLine): Record<string, unknown> {
  const at = new Date(line.atMs).toISOString();
  const view = { role: line.role, text: line.text, at };
  return line.raw ? { ...view, raw: line.raw.value } : view;
}

function view(call: ControlCall): unknown {
  const session = sessionOf(call);
  const transcript = session.transcript.all().map(lineView);
  return { ...sessionRow(session, call.world.clock.nowMs()), transcript };
}

function say(call: ControlCall): unknown {
  const session = liveSession(call);
  const { role, text, secondsAgo = 0 } = call.body;
  if (role !== 'user' && role !== 'avatar') throw new TypeError('role must be user or avatar');
  if (typeof text !== 'string') throw new TypeError('text must be a string');
  if (typeof secondsAgo !== 'number') throw new TypeError('secondsAgo must be a number');
  const { clock, settings } = call.world;
  const nowMs = clock.nowMs();
  const atMs = Math.max(session.startedAtMs ?? nowMs, nowMs - secondsAgo * 1000);
  const lines = speak(session, settings, { role, text, atMs }, nowMs);
  call.world.rooms?.spoken(session, lines, null);
  return { lines: lines.map(lineView) };
}

function rawLine(value: unknown, call: ControlCall): TranscriptLine {
  const { clock, settings } = call.world;
  const nowMs = clock.nowMs();
  const members = isJsonObject(value) ? value : {};
  const stamp = members['absolute_timestamp'];
  const unitMs = settings.timestampUnit === 'milliseconds' ? 1 : 1000;
  const givenMs = typeof stamp === 'number' ? stamp * unitMs : nowMs;
  const sortable = call.body['keepOrder'] !== true && Math.abs(givenMs) <= LAST_MS;
  return {
    role: members['role'] === 'user' ? 'user' : 'avatar',
    text: typeof members['transcript'] === 'string' ? members['transcript'] : '',
    atMs: sortable ? givenMs : nowMs,
    visibleAtMs: nowMs + settings.transcriptDelayMs,
    raw: { value },
  };
}

function appendLines(call: ControlCall): unknown {
  const session = sessionOf(call);
  const { lines, replace } = call.body;
  if (!Array.isArray(lines)) throw new TypeError('lines must be a list');
  if (replace === true) session.transcript.clear();
  for (const value of lines as unknown[]) session.transcript.add(rawLine(value, call));
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

/** Of a list of sessions, since there may be thousands. */
function enterSessions({ body, world }: ControlCall): unknown {
  const { sessions } = body;
  if (!Array.isArray(sessions)) throw new TypeError('sessions must be a list');
  const entered = (sessions as unknown[]).map((each) => earlierSession(readEarlier(each)));
  for (const session of entered) world.liveavatar.enter(session);
  return { ids: entered.map(({ id }) => id) };
}

function readEarlier(value: unknown): EarlierSession {
  const { id, startedAt, endedAt, credits = 0 } = isJsonObject(value) ? value : {};
  const [startedAtMs, endedAtMs] = [Date.parse(String(startedAt)), Date.parse(String(endedAt))];
  if (typeof credits !== 'number' || Number.isNaN(startedAtMs) || Number.isNaN(endedAtMs)) {
    throw new TypeError('a session has startedAt and endedAt, and maybe credits and id');
  }
  return { startedAtMs, endedAtMs, credits, ...(typeof id === 'string' ? { id } : {}) };
}

/** One session seen, and acted on, from inside the room. */
export const sessionRoutes: readonly ControlRoute[] = [
  ['POST', '/_control/sessions', enterSessions],
  ['GET', '/_control/sessions/{id}', view],
  ['POST', '/_control/sessions/{id}/say', say],
  ['POST', '/_control/sessions/{id}/lines', appendLines],
  ['POST', '/_control/sessions/{id}/end', endSession],
];
