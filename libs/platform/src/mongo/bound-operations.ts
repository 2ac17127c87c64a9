import type { Collection, Connection, mongo } from 'mongoose';
import { Telemetry } from '../telemetry/telemetry.js';
import { isDuplicateKey } from './duplicate-key.js';
import {
  type Deadlines,
  DEADLINES,
  type OperationRule,
  OPERATIONS,
} from './operation-deadlines.js';
import { StopSignal } from './stop-signal.js';
import { withinDeadline } from './within-deadline.js';

type Operation = (...args: unknown[]) => unknown;
type Cursor = mongo.FindCursor | mongo.AggregationCursor;

/**
 * Gives every operation its deadline that is sent through a collection of a connection, by a model or
 * by the driver's own methods, and says what is sent. To be called before the first model is made.
 */
export function boundOperations(
  connection: Connection,
  deadlines = DEADLINES,
  telemetry = new Telemetry(),
): Connection {
  const known = new WeakSet<object>();
  const open = connection.collection.bind(connection);
  connection.collection = ((name, options) => {
    const collection = open(name, options);
    const watch = watchOf(name, telemetry);
    if (!known.has(collection)) bound(collection, { deadlines, watch });
    known.add(collection);
    return collection;
  }) as typeof connection.collection;
  return connection;
}

type Watched = <T>(run: () => Promise<T>) => Promise<T>;

/** What every operation of a collection is bound by. */
interface Bounds {
  readonly deadlines: Deadlines;
  /** Says that one of a name runs, or one batch of it. */
  readonly watch: (name: string) => Watched;
}

function watchOf(collection: string, telemetry: Telemetry): Bounds['watch'] {
  return (name) => {
    const operation = { kind: 'database', name, collection } as const;
    return (run) => telemetry.run(operation, run, { failed: failureOf });
  };
}

/** That a name is taken is an answer like another. */
function failureOf(error: unknown): string {
  return isDuplicateKey(error) ? 'duplicate' : 'failed';
}

function bound(collection: Collection, bounds: Bounds): void {
  const operations = collection as unknown as Record<string, Operation>;
  for (const [name, rule] of Object.entries(OPERATIONS)) {
    const native = operations[name]?.bind(collection);
    if (native) operations[name] = boundOperation(native, name, rule, bounds);
  }
}

function boundOperation(
  native: Operation,
  name: string,
  { reach, optionsAt, isGroup }: OperationRule,
  { deadlines, watch }: Bounds,
): Operation {
  const watched = watch(name);
  // The driver gives up a connection that is silent for long, unless it is told how long it may be.
  if (reach === 'build') return (...args) => native(...withOptions(args, optionsAt, UNBOUND));
  const deadlineMs = deadlines[reach];
  if (name === 'find' || name === 'aggregate') {
    return (...args) => {
      const stop = new StopSignal();
      const ownMs = maxTimeOf(args[optionsAt]);
      const options = ownMs ? { signal: stop, socketTimeoutMS: ownMs } : { signal: stop };
      const cursor = native(...withOptions(args, optionsAt, options)) as Cursor;
      return boundCursor(cursor, ownMs ?? deadlineMs, stop, watched);
    };
  }
  const silence = reach === 'manyMs' ? { socketTimeoutMS: deadlineMs } : {};
  return (...args) => {
    const groupMs = isGroup ? (args[0] as readonly unknown[]).length * deadlines.recordMs : 0;
    const run = async (signal: AbortSignal) =>
      native(...withOptions(args, optionsAt, { ...silence, signal }));
    return watched(() => withinDeadline(deadlineMs + groupMs, run));
  };
}

const UNBOUND = { socketTimeoutMS: 0 };

/** A list that the server is given longer for is waited for as long. */
function maxTimeOf(options: unknown): number | undefined {
  return (options as { maxTimeMS?: number } | undefined)?.maxTimeMS;
}

/** Whatever reads a cursor to its end fetches its batches by `next`. */
function boundCursor(
  cursor: Cursor,
  deadlineMs: number,
  stop: StopSignal,
  watched: Watched,
): Cursor {
  const next = cursor.next.bind(cursor);
  cursor.next = () =>
    cursor.bufferedCount() > 0 ? next() : watched(() => withinDeadline(deadlineMs, next, stop));
  return cursor;
}

function withOptions(args: readonly unknown[], optionsAt: number, more: object): unknown[] {
  const all = [...args];
  all[optionsAt] = { ...(args[optionsAt] as object | undefined), ...more };
  return all;
}
