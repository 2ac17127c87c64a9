import { randomUUID } from 'node:crypto';

export const FAULT_ROUTES = [
  'token',
  'start',
  'stop',
  'keep-alive',
  'session',
  'sessions',
  'transcript',
  'events',
  'credits',
  'languages',
  'streaming.create_token',
  'streaming.new',
  'streaming.start',
  'streaming.task',
  'streaming.stop',
  'streaming.interrupt',
  'streaming.keep_alive',
  'streaming.list',
  '*',
] as const;

export const FAULT_KINDS = [
  'status',
  'hang',
  'cut',
  'reset',
  'redirect',
  'html',
  'huge',
  'slow',
  'garbage',
  'effect-then-reset',
  'effect-then-hang',
  'delay',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A scripted misbehaviour of one vendor route. */
export interface Fault {
  id: string;
  route: (typeof FAULT_ROUTES)[number];
  kind: FaultKind;
  /** How often it strikes; -1 until it is cleared. */
  times: number;
  /** How many matching requests are answered well before it strikes. */
  after: number;
  /** Whether the request is carried out before the answer goes wrong. */
  effect: boolean;
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  delayMs?: number;
  variant?: string;
}

/** Faults whose request is carried out although its answer is spoilt. */
const WITH_EFFECT: ReadonlySet<FaultKind> = new Set([
  'cut',
  'slow',
  'delay',
  'effect-then-reset',
  'effect-then-hang',
]);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function integer(value: unknown, fallback: number, name: string, least: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new TypeError(`${name} must be an integer of at least ${least}`);
  }
  return value;
}

function readStatus(value: unknown): number {
  const status = integer(value, 500, 'status', 200);
  if (status > 599) throw new TypeError('status must be at most 599');
  return status;
}

/** Reads a fault from a control request; throws a TypeError that says what is wrong. */
export function readFault(input: unknown): Fault {
  if (!isRecord(input)) throw new TypeError('a fault must be an object');
  const route = FAULT_ROUTES.find((name) => name === input['route']);
  if (route === undefined) throw new TypeError(`route must be one of ${FAULT_ROUTES.join(', ')}`);
  const kind = FAULT_KINDS.find((name) => name === input['kind']);
  if (kind === undefined) throw new TypeError(`kind must be one of ${FAULT_KINDS.join(', ')}`);
  const fault: Fault = {
    id: randomUUID(),
    route,
    kind,
    times: integer(input['times'], 1, 'times', -1),
    after: integer(input['after'], 0, 'after', 0),
    effect: typeof input['effect'] === 'boolean' ? input['effect'] : WITH_EFFECT.has(kind),
  };
  if (input['status'] !== undefined) fault.status = readStatus(input['status']);
  if (input['delayMs'] !== undefined) fault.delayMs = integer(input['delayMs'], 0, 'delayMs', 0);
  if (Object.hasOwn(input, 'body')) fault.body = input['body'];
  if (typeof input['variant'] === 'string') fault.variant = input['variant'];
  if (isRecord(input['headers'])) {
    fault.headers = Object.fromEntries(
      Object.entries(input['headers']).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
  }
  return fault;
}

/** The faults waiting to strike, oldest first. */
export class FaultList {
  private faults: Fault[] = [];

  add(fault: Fault): void {
    if (fault.times !== 0) this.faults.push(fault);
  }

  /** The faults still waiting, with what is left of `times` and `after`. */
  list(): Fault[] {
    return this.faults.map((fault) => ({ ...fault }));
  }

  clear(): void {
    this.faults = [];
  }

  /** The fault that strikes this request, if any; counts it down. */
  take(route: string): Fault | null {
    for (const fault of this.faults) {
      if (fault.route !== '*' && fault.route !== route) continue;
      if (fault.after > 0) {
        fault.after -= 1;
        continue;
      }
      if (fault.times > 0) fault.times -= 1;
      if (fault.times === 0) this.faults = this.faults.filter((other) => other !== fault);
      return fault;
    }
    return null;
  }
}
