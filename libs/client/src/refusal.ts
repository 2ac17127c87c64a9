import type { Problem } from './generated.js';

/** A member of a request that was refused, by its JSON pointer. */
export type RefusedMember = NonNullable<Problem['errors']>[number];

/** What is known of a refusal beside its sentence. */
export interface RefusalFacts {
  /** HTTP status. */
  readonly status: number;
  /** The problem's URN, for example `urn:problem:account_full`; null where it was not the service. */
  readonly type?: string | null;
  readonly errors?: readonly RefusedMember[];
  /** Whether the same call may go well later. */
  readonly retryable?: boolean;
  /** Seconds that the service asks to wait before another try. */
  readonly retryAfter?: number | null;
  /** Names the call in the service's log. */
  readonly instance?: string | null;
  /** Finds everything of its conversation there, where the service says it. */
  readonly traceId?: string | null;
  /**
   * Not the service's own words, which are JSON: a proxy answers while the service behind it is
   * restarted, a firewall stops a call, or a host has a page for every address. It says nothing of
   * what is known there.
   */
  readonly isForeign?: boolean;
}

/** A call that was answered and did not go well; its message is the sentence that the service gives. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly status: number;
  readonly type: string | null;
  readonly errors: readonly RefusedMember[];
  readonly retryable: boolean;
  readonly retryAfter: number | null;
  readonly instance: string | null;
  readonly traceId: string | null;
  readonly isForeign: boolean;

  constructor(message: string, facts: RefusalFacts) {
    super(message);
    this.status = facts.status;
    this.type = facts.type ?? null;
    this.errors = facts.errors ?? [];
    this.retryable = facts.retryable ?? false;
    this.retryAfter = facts.retryAfter ?? null;
    this.instance = facts.instance ?? null;
    this.traceId = facts.traceId ?? null;
    this.isForeign = facts.isForeign ?? false;
  }

  /** The problem's name, for example `account_full`; empty where it was not the service. */
  get problem(): string {
    return this.type?.replace('urn:problem:', '') ?? '';
  }
}

const USUAL = 'The service cannot help right now.';
const FOREIGN = 'That is no answer of this service. Is it its address?';

/**
 * What an answer says that is no success.
 * @param body parsed JSON; null where it was none
 */
export function refusalOf(body: unknown, { status, headers }: Response): Refusal {
  if (!isObject(body)) return new Refusal(FOREIGN, { status, isForeign: true });
  const { message, type, errors, retryable, instance } = body;
  return new Refusal(typeof message === 'string' ? message : USUAL, {
    status,
    type: textOf(type),
    errors: Array.isArray(errors) ? errors.flatMap(memberOf) : [],
    retryable: retryable === true,
    retryAfter: secondsOf(headers.get('Retry-After')),
    instance: textOf(instance),
    traceId: headers.get('X-Trace-Id'),
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function memberOf(error: unknown): RefusedMember[] {
  if (!isObject(error) || typeof error['pointer'] !== 'string') return [];
  return [{ pointer: error['pointer'], message: textOf(error['message']) ?? '' }];
}

/** Proxies may send a date in its place, which a wrong clock would make something else of. */
function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null;
}
