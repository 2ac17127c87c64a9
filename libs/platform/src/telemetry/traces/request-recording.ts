import { newTraceId, readTraceparent, type TraceParent } from '../../http/traceparent.js';
import type { TracedRequest } from '../../http/request-context.js';
import type { End, Operation, ServerRequest } from '../operation.js';
import { type Recorder, Recording } from './recording.js';
import type { Roots } from './roots.js';
import type { SpanParent } from './span.js';

/** Asked every few seconds by machines. */
const PROBES = /^\/(health\/|metrics$)/;

/** A request that came in. Until it ends it may turn out to be about a session, and of its trace. */
export class RequestRecording extends Recording {
  private readonly method: string;
  private readonly asked: TraceParent | null;
  private notes: TracedRequest;

  constructor(
    recorder: Recorder,
    { method, traceparent, notes }: ServerRequest,
    private readonly roots: Roots,
  ) {
    super(recorder);
    this.method = method;
    this.asked = readTraceparent(traceparent);
    this.notes = notes ?? { trace: this.asked?.traceId ?? newTraceId(), session: undefined };
  }

  get traceId(): string {
    return this.notes.trace;
  }

  protected closed({ route }: End): boolean {
    // The notes hold the whole request, which nobody needs any more.
    const { trace, session } = this.notes;
    this.notes = { trace, session };
    return this.method !== 'OPTIONS' && !PROBES.test(route ?? '');
  }

  protected operation(): Operation {
    return { kind: 'request', method: this.method, traceparent: undefined, notes: this.notes };
  }

  protected parent(): SpanParent | null {
    const { asked, notes } = this;
    // Of another trace than its caller names: it is a part of what its session is.
    const id = asked?.traceId === notes.trace ? asked.parentId : this.roots.of(notes.session);
    // But for the request in which that was opened.
    return id === null || id === this.openingId ? null : { id, isRemote: true };
  }
}
