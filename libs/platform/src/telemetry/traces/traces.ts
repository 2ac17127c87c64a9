import { newSpanId, traceparentOf } from '../../http/traceparent.js';
import type { Operation, SessionOpening } from '../operation.js';
import type { Observation, Observer } from '../telemetry.js';
import { Branch, Part, type Recorder, type Scope } from './recording.js';
import { RequestRecording } from './request-recording.js';
import { Roots } from './roots.js';
import { isKept } from './sampling.js';
import { newScopes, type Scopes } from './scopes.js';
import type { SpanSink } from './span.js';
import { StepRecording } from './step-recording.js';

/**
 * Makes spans of what the app does: each request, and each step of the upkeep, with the calls and the
 * operations of the database that it waits for. What is done for nobody in particular is not told.
 */
export class Traces implements Observer {
  private readonly scopes: Scopes<Scope> = newScopes();
  private readonly roots = new Roots();
  private readonly recorder: Recorder;

  /** @param ratio of the traces that are kept, from 0 to 1 */
  constructor(sink: SpanSink, ratio: number) {
    const { scopes } = this;
    this.recorder = { sink, scopes, isKept: (traceId) => isKept(traceId, ratio) };
  }

  begin(operation: Operation): Observation | null {
    switch (operation.kind) {
      case 'request':
        return new RequestRecording(this.recorder, operation, this.roots);
      case 'step':
        return new StepRecording(this.recorder, operation, this.roots);
      case 'database':
        return this.part(operation);
      case 'open':
        return this.opening(operation);
      case 'call':
        return operation.goesOn ? this.branch(operation) : this.part(operation);
      case 'start':
        return this.branch(operation);
    }
  }

  /** Names the call that goes out now, whose receiver's spans are parts of it. */
  traceparent(): string | null {
    const scope = this.scope();
    if (!scope) return null;
    const { traceId } = scope.recording;
    return traceparentOf(traceId, scope.id, this.recorder.isKept(traceId));
  }

  /** Follows nothing any more. */
  close(): void {
    this.scopes.disable();
  }

  /** What is done for the session later names it as what it is a part of. */
  private opening(operation: SessionOpening): Observation | null {
    const scope = this.scope();
    if (!scope) return null;
    const id = this.roots.of(operation.session) ?? newSpanId();
    scope.recording.openingId = id;
    return new Branch(operation, scope, id, this.scopes);
  }

  private branch(operation: Operation): Observation | null {
    const scope = this.scope();
    return scope && new Branch(operation, scope, newSpanId(), this.scopes);
  }

  private part(operation: Operation): Observation | null {
    const scope = this.scope();
    return scope && new Part(operation, scope);
  }

  /** Timers and queues may keep the scope that they were begun in: what is over has no parts any more. */
  private scope(): Scope | null {
    const scope = this.scopes.getStore();
    return scope && !scope.recording.isOver ? scope : null;
  }
}
