import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import { RecentMap } from '../../collections/recent-map.js';
import { newSpanId, newTraceId, readTraceparent, traceparentOf } from '../../http/traceparent.js';
import type { End, Operation, ServerRequest, SessionOpening, TracedSession } from '../operation.js';
import type { Observation, Observer } from '../telemetry.js';
import { Recording, within } from './recording.js';
import { isKept } from './sampling.js';
import type { EndedSpan, SpanParent, SpanSink } from './span.js';
import { sessionIdOf, spanText } from './span-text.js';

/** What runs at this moment, and as part of which span. Null: nobody wants to know. */
interface Scope {
  readonly recording: Recording;
  /** The span, as its parts name it. */
  readonly span: SpanParent;
}

/** Sessions that something is done for at a time. */
const MOST_ROOTS = 10_000;

/** Asked every few seconds by machines. */
const PROBES = /^\/(health\/|metrics$)/;

/**
 * Makes spans of what the app does: each request, and each step of the upkeep, with the calls and the
 * operations of the database that it waits for. What is done for nobody in particular is not told.
 */
export class Traces implements Observer {
  private readonly scopes = new AsyncLocalStorage<Scope | null>();
  /** By the id of a session's record. */
  private readonly roots = new RecentMap<string, string>({ max: MOST_ROOTS });

  /** @param ratio of the traces that are kept, from 0 to 1 */
  constructor(
    private readonly sink: SpanSink,
    private readonly ratio: number,
  ) {}

  begin(operation: Operation): Observation | null {
    switch (operation.kind) {
      case 'request':
        return this.request(operation);
      case 'step':
        return this.step(operation.traceId, operation.session, operation);
      case 'database':
        return this.leaf(operation);
      case 'open':
        return this.opening(operation);
      case 'call':
        return operation.goesOn ? this.branch(operation, newSpanId()) : this.leaf(operation);
      case 'start':
        return this.branch(operation, newSpanId());
    }
  }

  /** Names the call that goes out now, whose receiver's spans are parts of it. */
  traceparent(): string | null {
    const scope = this.scopes.getStore();
    if (!scope || scope.recording.isOver) return null;
    const { traceId } = scope.recording;
    return traceparentOf(traceId, scope.span.id, this.isKept(traceId));
  }

  private request(operation: ServerRequest): Observation {
    const asked = readTraceparent(operation.traceparent);
    const { notes = { trace: asked?.traceId ?? newTraceId(), session: undefined } } = operation;
    const traceOf = () => notes.trace;
    const parentOf = ({ openingId }: Recording): SpanParent | null => {
      // Of another trace than its caller names: it is a part of what its session is.
      const id = asked?.traceId === traceOf() ? asked.parentId : this.rootOf(notes.session);
      // But for the request in which that was opened.
      return id === null || id === openingId ? null : { id, isRemote: true };
    };
    const isTold = ({ route }: End) => operation.method !== 'OPTIONS' && !PROBES.test(route ?? '');
    return this.whole(operation, { traceOf, parentOf, isTold });
  }

  private step(
    traceId: string | null,
    session: TracedSession | undefined,
    operation: Operation,
  ): Observation {
    const known = traceId ?? newTraceId();
    if (!this.isKept(known)) return this.untold();
    const root = traceId === null ? null : this.rootOf(session);
    const parent = root === null ? null : { id: root, isRemote: true };
    return this.whole(operation, {
      traceOf: () => known,
      parentOf: () => parent,
      isTold: () => true,
    });
  }

  /** What is recorded as a whole, whatever it runs within. */
  private whole(operation: Operation, { traceOf, parentOf, isTold }: Whole): Observation {
    const recording = new Recording(this.sink, traceOf, (traceId) => this.isKept(traceId));
    const spanId = newSpanId();
    const startMs = recording.nowMs();
    const scope = { recording, span: within(spanId) };
    return {
      within: (work) => this.scopes.run(scope, work),
      end: (end) => {
        const endMs = recording.nowMs();
        const span = (): EndedSpan => {
          const place = { id: spanId, parent: parentOf(recording), startMs };
          return spanOf(operation, end, place, endMs);
        };
        recording.close(isTold(end) ? span : null);
      },
    };
  }

  /** What runs within is told of neither: it may have been begun by something that is. */
  private untold(): Observation {
    return { within: (work) => this.scopes.run(null, work), end: () => undefined };
  }

  /** What is done for the session later names it as what it is a part of. */
  private opening(operation: SessionOpening): Observation | null {
    const scope = this.scope();
    if (!scope) return null;
    const id = this.rootOf(operation.session) ?? newSpanId();
    scope.recording.openingId = id;
    return this.branch(operation, id);
  }

  /** A part that has parts of its own. */
  private branch(operation: Operation, id: string): Observation | null {
    const scope = this.scope();
    if (!scope) return null;
    const { recording } = scope;
    const end = this.part(operation, scope, id);
    return { within: (work) => this.scopes.run({ recording, span: within(id) }, work), end };
  }

  /** A part that has none. */
  private leaf(operation: Operation): Observation | null {
    const scope = this.scope();
    return scope && { within: (work) => work(), end: this.part(operation, scope) };
  }

  /** @param id drawn when it is told, where nobody names it until then */
  private part(operation: Operation, { recording, span: parent }: Scope, id?: string) {
    const startMs = recording.nowMs();
    return (end: End): void => {
      const endMs = recording.nowMs();
      const place = (): Place => ({ id: id ?? newSpanId(), parent, startMs });
      recording.add(() => spanOf(operation, end, place(), endMs));
    };
  }

  /** Timers and queues keep the scope that they were begun in: what is over has no parts any more. */
  private scope(): Scope | null {
    const scope = this.scopes.getStore();
    return scope && !scope.recording.isOver ? scope : null;
  }

  private isKept(traceId: string): boolean {
    return isKept(traceId, this.ratio);
  }

  /** The span of a session's opening, of which everything else that is done for it is a part; null without one. */
  private rootOf(session: TracedSession | undefined): string | null {
    const recordId = session?.recordId;
    if (recordId === undefined) return null;
    const known = this.roots.get(recordId);
    if (known !== undefined) return known;
    const root = hash('sha256', recordId, 'hex').slice(0, 16);
    this.roots.set(recordId, root);
    return root;
  }
}

interface Whole {
  readonly traceOf: () => string;
  readonly parentOf: (recording: Recording) => SpanParent | null;
  /** Whether it is worth telling, as it has ended. */
  readonly isTold: (end: End) => boolean;
}

/** What is known of a span from its beginning on. */
type Place = Pick<EndedSpan, 'id' | 'parent' | 'startMs'>;

function spanOf(
  operation: Operation,
  end: End,
  { id, parent, startMs }: Place,
  endMs: number,
): EndedSpan {
  const text = spanText(operation, end);
  return { id, parent, text, sessionId: sessionIdOf(operation), startMs, endMs };
}
