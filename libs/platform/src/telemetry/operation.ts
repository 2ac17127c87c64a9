import type { TracedRequest } from '../http/request-context.js';

/**
 * Something that takes time and is measured. Its names are few and written in the code or in a route's
 * pattern: no id, no key, no path and no word of anybody is among them.
 */
export type Operation =
  ServerRequest | OutgoingCall | DatabaseOperation | UpkeepStep | SessionOpening | SessionStart;

/** A session as a trace tells of it. */
export interface TracedSession {
  /** Our own id of its record. */
  readonly recordId?: string;
  /** The vendor's id, which customers know. */
  readonly sessionId?: string;
}

/** A request that came in. Its route is known at its end only. */
export interface ServerRequest {
  readonly kind: 'request';
  /** As it was sent: it may be anything. */
  readonly method: string;
  /** The header as it was sent. */
  readonly traceparent: string | undefined;
  /** What is noted of it meanwhile: the trace and the session that it turns out to be about. */
  readonly notes?: TracedRequest;
}

/** A request that goes out. */
export interface OutgoingCall {
  readonly kind: 'call';
  readonly peer: string;
  /** What the peer is asked for, by a name of ours. */
  readonly name: string;
  /** The peer goes on with the trace, and is told of it (`Telemetry.outgoing`). */
  readonly goesOn?: boolean;
}

/** One operation of the database, or one batch of a list. */
export interface DatabaseOperation {
  readonly kind: 'database';
  /** The driver's name of it. */
  readonly name: string;
  readonly collection: string;
}

/** A step of the upkeep, which is for one session. */
export interface UpkeepStep {
  readonly kind: 'step';
  readonly name: string;
  /** The trace that the session belongs to, 32 hexadecimal digits; none for those of before. */
  readonly traceId: string | null;
  readonly session?: TracedSession;
}

/** A session that is asked for at its vendor and recorded: what follows of it is told as part of this. */
export interface SessionOpening {
  readonly kind: 'open';
  readonly vendor: string;
  readonly session: TracedSession & { readonly recordId: string };
}

/** A session that its visitor starts, from the claim to its record. */
export interface SessionStart {
  readonly kind: 'start';
  readonly vendor: string;
  readonly traceId: string | null;
  readonly session?: TracedSession;
}

/** Something that is counted when it has happened. */
export type Fact =
  | { readonly kind: 'session-ended'; readonly vendor: string; readonly reason: string }
  | { readonly kind: 'delivery-judged'; readonly outcome: string };

/** What has become of an operation. */
export interface End {
  /**
   * One of few words: of a request the status of its answer, of a call what `outcomeOfStatus` makes
   * of it, otherwise `ok`. Of one that threw it is the problem's code, or `failed`.
   */
  readonly outcome: string;
  /** Of a request: the pattern of its route; null where it has none. */
  readonly route?: string | null;
}
