import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { SimulatorClock } from '../clock.js';

/** One task, as it was asked for over REST or typed into the socket. */
export interface HeyGenTask {
  readonly taskId: string;
  readonly type: 'talk' | 'repeat' | 'typed';
  readonly text: string;
}

/** A session from `streaming.new` on; times are milliseconds of the simulator's clock. */
export interface HeyGenSession {
  readonly id: string;
  /** The one-time token that opened it, which its socket has to show. */
  readonly token: string;
  /** Body of `streaming.new` as it was received. */
  readonly received: unknown;
  readonly createdAtMs: number;
  startedAtMs: number | null;
  endedAtMs: number | null;
  endReason: 'stopped' | 'idle' | 'max_duration' | 'ended' | null;
  lastActivityAtMs: number;
  starts: number;
  stops: number;
  keepAlives: number;
  interrupts: number;
  readonly tasks: HeyGenTask[];
  /** Queries of its sockets, credentials left out. */
  readonly socketQueries: string[];
  readonly sockets: Set<WebSocket>;
  /** Who else hears its events: its room, where there is one. */
  readonly listeners: Set<(event: Record<string, unknown>) => void>;
}

/** A session that was just opened: it counts from here. */
export function openedSession(token: string, received: unknown, clock: SimulatorClock) {
  const nowMs = clock.nowMs();
  const session: HeyGenSession = {
    id: randomUUID(),
    token,
    received,
    createdAtMs: nowMs,
    startedAtMs: null,
    endedAtMs: null,
    endReason: null,
    lastActivityAtMs: nowMs,
    starts: 0,
    stops: 0,
    keepAlives: 0,
    interrupts: 0,
    tasks: [],
    socketQueries: [],
    sockets: new Set(),
    listeners: new Set(),
  };
  return session;
}

/** The session as the control routes show it. */
export function heygenRow(session: HeyGenSession, nowMs: number): Record<string, unknown> {
  const { token: _token, received, sockets, listeners: _listeners, ...members } = session;
  const seconds = Math.ceil(((session.endedAtMs ?? nowMs) - session.createdAtMs) / 1000);
  return { ...members, request: received, sockets: sockets.size, billedSeconds: seconds };
}
