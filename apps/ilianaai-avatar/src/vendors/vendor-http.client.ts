import { Pool } from 'undici';
import {
  type CircuitBreaker,
  describeCause,
  outcomeOfStatus,
  parseRetryAfter,
  Telemetry,
} from '#platform';
import { AvatarError } from '../errors.js';
import type { CallPace } from './call-pace.js';
import { parseJson } from './vendor-answers.js';
import type { VendorName } from './vendor.js';
import { exchange } from './vendor-exchange.js';

/** One call to a vendor. Headers are built from nothing; nothing of a client's request is in it. */
export interface VendorRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** What is asked for, by a name without ids, under which such calls are measured. */
  readonly name: string;
  /** Path and query, ids already encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Longest the whole call may take. */
  readonly deadlineMs: number;
  /** Asked also while the circuit is open: it may be the reads alone that fail. */
  readonly insists?: boolean;
  /** Its deadline is the caller's own patience: passing it says nothing of the vendor. */
  readonly isHurried?: boolean;
  /** Of the endpoint, whose calls the vendor counts; missing where it counts each session's apart. */
  readonly pace?: CallPace;
  /** Whom it is for, where one's many calls must not keep others waiting. */
  readonly owner?: string | undefined;
}

/** An answer that arrived whole and was JSON. */
export interface VendorAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: unknown;
}

/** Longest a call waits for its turn, beside what it may take. */
const MAX_WAIT_MS = 5_000;

/** What a vendor that asks to slow down is given at least, and at most. */
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;
/** What insists costs money while it waits: it is asked again soon, whatever the vendor wants. */
const MAX_URGENT_PAUSE_MS = 2_000;

/** Whom a client calls. */
export interface VendorAddress {
  readonly name: VendorName;
  readonly baseUrl: string;
}

/** A pool needs 50 connections or more to keep its pace under load. */
const CONNECTIONS = 64;

/**
 * The one way out to a vendor: one host, keep-alive, no redirects, a deadline on the whole call, a
 * cap on the answer, and JSON or nothing.
 */
export class VendorHttpClient {
  private readonly pool: Pool;
  /** What insists finds a connection though all others wait for a vendor that hangs. */
  private readonly insistent: Pool;

  constructor(
    private readonly vendor: VendorAddress,
    private readonly circuit: CircuitBreaker,
    private readonly telemetry: Telemetry,
  ) {
    const { origin } = new URL(vendor.baseUrl);
    this.pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
    this.insistent = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  }

  /**
   * A call that the vendor refuses for too many of them has not acted: it is made again when its turn
   * comes, and holds up those to the same endpoint till then.
   * @throws AvatarError `vendor_resting` while the circuit is open, when nothing was sent, unless
   * the request insists; `vendor_busy` where its turn does not come in time; `vendor_unreachable`,
   * `vendor_timeout`, `vendor_garbled`
   */
  async send(request: VendorRequest): Promise<VendorAnswer> {
    const { pace, owner, insists, isHurried, deadlineMs } = request;
    if (!pace) return this.sendNow(request);
    if (!insists && !this.circuit.isPassable) throw this.resting();
    const giveUpAt = performance.now() + (isHurried ? deadlineMs : MAX_WAIT_MS);
    for (let isAgain = false; ; isAgain = true) {
      const call = await pace.turn({ patienceMs: giveUpAt - performance.now(), isAgain, owner });
      const leftMs = isHurried ? Math.max(1, giveUpAt - performance.now()) : deadlineMs;
      const answer = await this.sendNow({ ...request, deadlineMs: leftMs }).finally(() =>
        pace.done(call),
      );
      if (answer.status !== 429) return answer;
      const pauseMs = pauseOf(answer.retryAfter, insists ? MAX_URGENT_PAUSE_MS : MAX_PAUSE_MS);
      pace.refused(pauseMs);
      if (performance.now() + pauseMs > giveUpAt) return answer;
    }
  }

  private resting(): AvatarError {
    return new AvatarError('vendor_resting', {
      retryAfterSeconds: this.circuit.retryAfterSeconds,
    });
  }

  private async sendNow(request: VendorRequest): Promise<VendorAnswer> {
    const isLetThrough = this.circuit.tryAcquire();
    if (!isLetThrough && !request.insists) throw this.resting();
    try {
      const answer = await this.watched(request);
      this.judge(answer.status, isLetThrough);
      return answer;
    } catch (error) {
      const fault = toVendorFault(error);
      const saysNothing = request.isHurried && fault.code === 'vendor_timeout';
      // A probe has to have an outcome.
      if (isLetThrough && (this.circuit.isOpen || !saysNothing)) this.circuit.failed();
      throw fault;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.close(), this.insistent.close()]);
  }

  /** What was sent in spite of an open circuit may close it, and never keeps it open for longer. */
  private judge(status: number, isLetThrough: boolean): void {
    if (status < 500) this.circuit.succeeded();
    else if (isLetThrough) this.circuit.failed();
  }

  private watched(request: VendorRequest): Promise<VendorAnswer> {
    const call = { kind: 'call', peer: this.vendor.name, name: request.name } as const;
    return this.telemetry.run(call, () => this.exchange(request), {
      of: ({ status }) => outcomeOfStatus(status),
      failed: outcomeOfVendorFault,
    });
  }

  private async exchange(request: VendorRequest): Promise<VendorAnswer> {
    const { method, path, body, deadlineMs, insists } = request;
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    };
    const json = body === undefined ? null : JSON.stringify(body);
    const call = { method, path, headers, body: json };
    const { status, retryAfter, text } = await exchange(
      insists ? this.insistent : this.pool,
      call,
      deadlineMs,
    );
    return { status, retryAfter, body: bodyOf(text, status) };
  }
}

/** What the outcome of a call is called that failed: the fault's code, without whose it is. */
export function outcomeOfVendorFault(error: unknown): string {
  return toVendorFault(error).code.replace('vendor_', '');
}

/** What a caller's own patience changes in a request; nothing where it has all the time. */
export function within(patienceMs: number | undefined): Partial<VendorRequest> {
  return patienceMs === undefined ? {} : { deadlineMs: patienceMs, isHurried: true };
}

/** A refusal may come as a page; its status says enough. A success without JSON says nothing. */
function bodyOf(text: string, status: number): unknown {
  // No content.
  if (status === 204) return null;
  try {
    return parseJson(text);
  } catch {
    if (status >= 400) return null;
    throw new AvatarError('vendor_garbled');
  }
}

function pauseOf(retryAfter: string | undefined, mostMs: number): number {
  const asked = parseRetryAfter(retryAfter, Date.now()) ?? 0;
  return Math.min(mostMs, Math.max(MIN_PAUSE_MS, asked * 1000));
}

function toVendorFault(error: unknown): AvatarError {
  if (error instanceof AvatarError) return error;
  const isTimeout = /Timeout/.test(nameOf(error));
  // Only names and codes: a client error may quote headers or an answer.
  const cause = new Error(JSON.stringify(describeCause(error)));
  return new AvatarError(isTimeout ? 'vendor_timeout' : 'vendor_unreachable', { cause });
}

/** A signal's reason is a `DOMException`, which need not be an `Error` of this realm. */
function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}
