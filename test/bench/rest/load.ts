/** One call that is made over and over, with other keys and sessions each time. */
export interface Call {
  readonly path: string;
  /** Members of the body beside the session's id. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly sessions: readonly string[];
  /** Keys `SE_bench_0` … that are used in turn. */
  readonly keys: number;
  /** In place of those: the vendor's own, where nobody stands in between to swap it. */
  readonly key?: string;
  /** Stands in every right answer. */
  readonly expected: string;
}

/** What the generator is told to do. */
export interface LoadOrder {
  readonly call: Call;
  readonly port: number;
  /** The server's process, whose CPU is read; none for a control. */
  readonly pid: number | null;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly ms: number;
  /** Calls a second that are sent whether or not others were answered; without it as fast as it goes. */
  readonly rate?: number;
}

/** What it saw. */
export interface LoadResult {
  readonly perSecond: number;
  /** CPU of the server a call, in microseconds; NaN without a process. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
  /** Answers that were not the expected one. */
  readonly wrong: number;
}

/** The key with a number; peers and Petya's stub know them. */
export function benchKey(index: number): string {
  return `SE_bench_${index}`;
}

/** Every request of a call as bytes, sessions and keys in turn. */
export function requestsOf({ path, body, sessions, keys, key }: Call): Buffer[] {
  return Array.from({ length: Math.max(keys, sessions.length) }, (_unused, index) => {
    const session_id = sessions[index % sessions.length];
    const json = JSON.stringify({ session_id, ...body });
    return Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: bench.test\r\nX-Api-Key: ${key ?? benchKey(index % keys)}\r\n` +
        `Accept: application/json\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
  });
}

/** The value below which a share of some numbers lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
