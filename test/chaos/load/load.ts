/** A conversation that the generator talks in. */
export interface LoadTalk {
  readonly sessionId: string;
  readonly token: string;
}

/** Whom to load, and as whom. */
export interface LoadTarget {
  readonly url: string;
  readonly origin: string;
  readonly apiKeys: readonly string[];
  readonly talks: readonly LoadTalk[];
}

/** As many calls at a time as answers come, to see how many that are. */
export interface Measure {
  readonly kind: 'measure';
  readonly parallel: number;
  readonly ms: number;
}

/** So many calls a second, whether answers come or not. */
export interface Flood {
  readonly kind: 'flood';
  readonly callsPerSecond: number;
  readonly ms: number;
}

/** What the generator is asked on its channel. */
export interface LoadOrder {
  /** Goes into every word that is said. */
  readonly name: string;
  readonly target: LoadTarget;
  readonly load: Measure | Flood;
}

export type LoadRoute = 'token' | 'message' | 'health';

/** One call of the generator and what came of it. */
export interface LoadRow {
  readonly route: LoadRoute;
  readonly atMs: number;
  readonly tookMs: number;
  /** Null when the answer was lost. */
  readonly status: number | null;
  readonly problem: string | null;
  readonly hasRetryAfter: boolean;
  /** Of a message: whose it is, and what it said. */
  readonly talk?: number;
  readonly key?: string;
  readonly text?: string;
}

/** What came of an order. */
export interface LoadReport {
  readonly rows: LoadRow[];
  /** Longest that the process which makes the load was late itself. */
  readonly ownDelayMs: number;
}

/** Of so many calls one asks for a token; the others are messages. */
export const CALLS_A_TOKEN = 4;

export function isAnswered({ status }: LoadRow): boolean {
  return status === 200;
}
