import { BoundedLabels, type Labels, OTHER } from './bounded-labels.js';
import type { End, Fact, Operation } from './operation.js';

/** What every metric has. */
export interface MetricText {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** A histogram of how long something takes. */
export interface Measure<O extends Operation> extends MetricText {
  /**
   * Upper bounds in seconds. Few, since each costs a series for every set of labels: what nobody
   * notices, what is usual, what is slow, and where whoever asks gives up.
   */
  readonly buckets: readonly number[];
  /** Most sets of labels that it has. */
  readonly most: number;
  readonly labelsOf: (operation: O, end: End) => Labels;
}

/** How often something has happened. */
export interface Count<F extends Fact> extends MetricText {
  readonly most: number;
  readonly labelsOf: (fact: F) => Labels;
}

type OperationOf<K> = Extract<Operation, { readonly kind: K }>;
type FactOf<K> = Extract<Fact, { readonly kind: K }>;

/** What there are metrics of; the rest is for those who follow a single trace. */
export type MeasuredKind = Exclude<Operation['kind'], 'step' | 'open'>;
export type CountedKind = Fact['kind'];

export type Measures = { readonly [K in MeasuredKind]: Measure<OperationOf<K>> };
export type Counts = { readonly [K in CountedKind]: Count<FactOf<K>> };

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Anybody may call every route wrongly, in twenty ways: what is refused for its caller's fault has
 * sets of its own, so that it never takes the place of what is answered.
 */
function requests(): Measures['request'] {
  const labels = ['http_request_method', 'http_route', 'http_response_status_code'];
  const kept = { names: ['http_response_status_code'], most: 10 };
  const answered = new BoundedLabels(labels, 70, kept);
  const refused = new BoundedLabels(labels, 29, kept);
  return {
    name: 'http_server_request_duration_seconds',
    help: 'Requests, from their headers to the end of their answer. Status 499: the caller hung up.',
    labels,
    // Our own deadlines are 5 s: what comes just behind one is told from what hangs.
    buckets: [0.05, 0.25, 1, 5, 10],
    most: answered.size + refused.size,
    labelsOf: ({ method }, { outcome, route }) => {
      const bound = outcome.startsWith('4') ? refused : answered;
      return bound.of([METHODS.has(method) ? method : OTHER, route ?? OTHER, outcome]);
    },
  };
}

function calls(): Measures['call'] {
  const labels = ['peer', 'operation', 'outcome'];
  const bound = new BoundedLabels(labels, 40, { names: ['peer', 'outcome'], most: 12 });
  return {
    name: 'http_client_request_duration_seconds',
    help: 'Calls to the vendors and to Petya. Outcomes: ok, refused (4xx), slow_down (429), failed (5xx), timeout, unreachable, garbled.',
    labels,
    buckets: [0.1, 0.5, 2, 10],
    most: bound.size,
    labelsOf: ({ peer, name }, { outcome }) => bound.of([peer, name, outcome]),
  };
}

function operations(): Measures['database'] {
  const labels = ['db_operation_name', 'db_collection_name'];
  const bound = new BoundedLabels(labels, 60);
  return {
    name: 'db_client_operation_duration_seconds',
    help: 'Operations of the database, or each batch of a list, with the wait for a connection.',
    labels,
    buckets: [0.005, 0.05, 0.5, 5],
    most: bound.size,
    labelsOf: ({ name, collection }) => bound.of([name, collection]),
  };
}

function starts(): Measures['start'] {
  const labels = ['vendor', 'outcome'];
  const bound = new BoundedLabels(labels, 10);
  return {
    name: 'avatar_start_duration_seconds',
    help: 'Starts of sessions, from whoever asks first to the record. Outcomes: ok, or the problem.',
    labels,
    buckets: [1, 3, 10, 25],
    most: bound.size,
    labelsOf: ({ vendor }, { outcome }) => bound.of([vendor, outcome]),
  };
}

/** The histograms, with label sets of their own. */
export function newMeasures(): Measures {
  return { request: requests(), call: calls(), database: operations(), start: starts() };
}

/** The counters, likewise. */
export function newCounts(): Counts {
  const ended = new BoundedLabels(['vendor', 'reason'], 30);
  const judged = new BoundedLabels(['outcome'], 20);
  return {
    'session-ended': {
      name: 'avatar_sessions_ended_total',
      help: 'Sessions that have ended, told by the replica that wrote it down: sum() over replicas.',
      labels: ['vendor', 'reason'],
      most: ended.size,
      labelsOf: ({ vendor, reason }) => ended.of([vendor, reason]),
    },
    'delivery-judged': {
      name: 'petya_deliveries_total',
      help: 'Deliveries of the avatar app. Outcomes: taken, duplicate, stale, or the problem: sum() over replicas.',
      labels: ['outcome'],
      most: judged.size,
      labelsOf: ({ outcome }) => judged.of([outcome]),
    },
  };
}

/** The labels of an operation that has ended. */
export function labelsOf(measures: Measures, operation: Operation, end: End): Labels {
  switch (operation.kind) {
    case 'request':
      return measures.request.labelsOf(operation, end);
    case 'call':
      return measures.call.labelsOf(operation, end);
    case 'database':
      return measures.database.labelsOf(operation, end);
    case 'start':
      return measures.start.labelsOf(operation, end);
    case 'step':
    case 'open':
      return {};
  }
}

/** The labels of something that has happened. */
export function labelsOfFact(counts: Counts, fact: Fact): Labels {
  return fact.kind === 'session-ended'
    ? counts['session-ended'].labelsOf(fact)
    : counts['delivery-judged'].labelsOf(fact);
}
