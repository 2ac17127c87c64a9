/** The session a page may start, and everything it may do with it. */
export interface SessionToken {
  readonly session_id: string;
  readonly session_token: string;
}

export interface Line {
  readonly id: string;
  readonly role: 'user' | 'avatar';
  readonly text: string;
}

/** A video session that a reload may come back to. */
export interface LiveSession extends SessionToken {
  /** When its time began to run, in milliseconds since the epoch; null until it did. */
  readonly startedAtMs: number | null;
}

/** What one tab remembers of its conversation, so that a reload is not a new visit. */
export interface Remembered {
  externalId: string;
  conversationId: string | null;
  /** What its calls are found by at both services. */
  traceId: string;
  /** The try at video that runs; a repeated request of it gives the same session. */
  attempt: string | null;
  live: LiveSession | null;
  /** The avatar has spoken its greeting. */
  isGreeted: boolean;
  lines: Line[];
}

/** Who the visitor is to Petya, and the token that proves it. */
export interface Visitor {
  readonly visitorId: string;
  readonly visitorToken: string;
  /** The site's own id of the person who was logged in then; missing where nobody was. */
  readonly userId?: string;
}

/*
 * What stands in a browser's storage was put there by whatever was there before: an older version,
 * another script of the site, a person. What has not the shape that is written today is not there.
 */

/** As both services take ids. */
const ID = /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,128}$/;
const TRACE_ID = /^[0-9a-f]{32}$/;
/** What can stand in a header. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

type Members = Readonly<Record<string, unknown>>;

/** @returns the members that are as they should be */
export function readRemembered(kept: string | null): Partial<Remembered> {
  const { externalId, conversationId, traceId, attempt, live, isGreeted, lines } = membersOf(kept);
  // A session without the attempt that it belongs to is nobody's to take up.
  const session = isId(attempt) ? readLive(live) : null;
  return {
    ...(isId(externalId) ? { externalId } : {}),
    ...(typeof traceId === 'string' && TRACE_ID.test(traceId) ? { traceId } : {}),
    conversationId: isId(conversationId) ? conversationId : null,
    attempt: isId(attempt) ? attempt : null,
    live: session,
    isGreeted: isGreeted === true,
    lines: Array.isArray(lines) ? lines.filter(isLine) : [],
  };
}

/** @returns null where nobody is known, or somebody whom nothing proves */
export function readVisitor(kept: string | null): Visitor | null {
  const { visitorId, visitorToken, userId } = membersOf(kept);
  if (!isId(visitorId) || !isToken(visitorToken)) return null;
  return { visitorId, visitorToken, ...(typeof userId === 'string' ? { userId } : {}) };
}

function readLive(live: unknown): LiveSession | null {
  const { session_id, session_token, startedAtMs } = asMembers(live);
  if (!isId(session_id) || !isToken(session_token)) return null;
  const isTime = typeof startedAtMs === 'number' && Number.isFinite(startedAtMs);
  return { session_id, session_token, startedAtMs: isTime ? startedAtMs : null };
}

function isLine(line: unknown): line is Line {
  const { id, role, text } = asMembers(line);
  return (
    typeof id === 'string' && (role === 'user' || role === 'avatar') && typeof text === 'string'
  );
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}

function membersOf(kept: string | null): Members {
  try {
    return asMembers(JSON.parse(kept ?? 'null'));
  } catch {
    return {};
  }
}

function asMembers(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}
