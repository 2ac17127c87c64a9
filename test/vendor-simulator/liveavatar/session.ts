import { randomUUID } from 'node:crypto';
import type { SimulatorSettings } from '../settings.js';
import type { TokenRequest } from './token.request.js';
import { Transcript } from './transcript.js';
import type { EndReason } from './validation.js';

/** A session from the minting of its token on; times are milliseconds of the simulator's clock. */
export interface VendorSession {
  id: string;
  request: TokenRequest;
  /** The token request's body as it was received. */
  received: unknown;
  maxSeconds: number;
  mintedAtMs: number;
  startedAtMs: number | null;
  endedAtMs: number | null;
  endReason: EndReason | null;
  lastActivityAtMs: number;
  joined: boolean;
  /** Since when nobody is in the room; null before somebody was. */
  aloneSinceMs: number | null;
  nextChargeAtMs: number;
  credits: number;
  starts: number;
  stops: number;
  keepAlives: number;
  answersGiven: number;
  transcript: Transcript;
}

/** A session whose token was just handed out. */
export function mintedSession(
  request: TokenRequest,
  received: unknown,
  maxSeconds: number,
  nowMs: number,
): VendorSession {
  return {
    id: randomUUID(),
    request,
    received,
    maxSeconds,
    mintedAtMs: nowMs,
    startedAtMs: null,
    endedAtMs: null,
    endReason: null,
    lastActivityAtMs: nowMs,
    joined: false,
    aloneSinceMs: null,
    nextChargeAtMs: Infinity,
    credits: 0,
    starts: 0,
    stops: 0,
    keepAlives: 0,
    answersGiven: 0,
    transcript: new Transcript(),
  };
}

/** A session as somebody else may have had it with the same key; times are milliseconds. */
export interface EarlierSession {
  readonly id?: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly credits: number;
}

/** A session that never was asked for here. */
export function earlierSession(earlier: EarlierSession): VendorSession {
  const { startedAtMs } = earlier;
  const request = {
    mode: 'FULL',
    avatarId: randomUUID(),
    isSandbox: false,
    maxSessionSeconds: null,
    interactivityType: 'CONVERSATIONAL',
    voiceId: null,
    contextId: null,
    voiceAgentId: null,
    variables: {},
    llmConfigurationId: null,
  } as const;
  return {
    ...mintedSession(request, null, 86_400, startedAtMs),
    ...earlier,
    ...(earlier.id === undefined ? { id: randomUUID() } : { id: earlier.id }),
    lastActivityAtMs: earlier.endedAtMs,
    endReason: 'USER_CLOSED',
  };
}

/** Credits of one minute; a sandbox session is free. */
export function creditsPerMinute(session: VendorSession, settings: SimulatorSettings): number {
  if (session.request.isSandbox) return 0;
  const full = session.request.mode === 'FULL';
  return full ? settings.creditsPerMinuteFull : settings.creditsPerMinuteLite;
}

/** Whole seconds the session has run (or ran), 0 before its start. */
export function billedSeconds(session: VendorSession, nowMs: number): number {
  if (session.startedAtMs === null) return 0;
  return Math.ceil(((session.endedAtMs ?? nowMs) - session.startedAtMs) / 1000);
}

/** What happens to a live session next by itself, and when. */
export function nextEvent(
  session: VendorSession,
  settings: SimulatorSettings,
): { atMs: number; reason: EndReason | 'charge' } {
  const startedAtMs = session.startedAtMs ?? session.mintedAtMs;
  const events: { atMs: number; reason: EndReason | 'charge' }[] = [
    { atMs: startedAtMs + session.maxSeconds * 1000, reason: 'MAX_DURATION_REACHED' },
    { atMs: session.lastActivityAtMs + settings.idleSeconds * 1000, reason: 'IDLE_TIMEOUT' },
  ];
  if (!session.joined) {
    const aloneSinceMs = session.aloneSinceMs ?? startedAtMs;
    const reapedAtMs = aloneSinceMs + settings.zombieSeconds * 1000;
    events.push({ atMs: reapedAtMs, reason: 'ZOMBIE_SESSION_REAP' });
  }
  // Last, because at the same instant the end comes first and the next minute is not paid.
  events.push({ atMs: session.nextChargeAtMs, reason: 'charge' });
  return events.reduce((first, event) => (event.atMs < first.atMs ? event : first));
}

function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The session as the list and the single-session route show it (reference 2.8). */
export function sessionEntry(session: VendorSession, nowMs: number): Record<string, unknown> {
  const entry: Record<string, unknown> = {
    id: session.id,
    created_at: isoSeconds(session.startedAtMs ?? session.mintedAtMs),
    updated_at: isoSeconds(session.endedAtMs ?? session.lastActivityAtMs),
    duration: billedSeconds(session, nowMs),
    source: 'API',
    mode: session.request.mode,
    is_sandbox: session.request.isSandbox,
    credits_consumed: String(session.credits),
  };
  if (session.endedAtMs === null) return entry;
  return { ...entry, end_at: isoSeconds(session.endedAtMs), end_reason: session.endReason };
}

/** The session as the ledger shows it. */
export function sessionRow(session: VendorSession, nowMs: number): Record<string, unknown> {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    sessionId: session.id,
    state: stateOf(session),
    mintedAt: iso(session.mintedAtMs),
    startedAt: iso(session.startedAtMs),
    endedAt: iso(session.endedAtMs),
    endReason: session.endReason,
    billedSeconds: billedSeconds(session, nowMs),
    credits: session.credits,
    starts: session.starts,
    stops: session.stops,
    keepAlives: session.keepAlives,
    lines: session.transcript.length,
    request: session.received,
  };
}

function stateOf(session: VendorSession): 'minted' | 'active' | 'ended' {
  if (session.startedAtMs === null) return 'minted';
  return session.endedAtMs === null ? 'active' : 'ended';
}
