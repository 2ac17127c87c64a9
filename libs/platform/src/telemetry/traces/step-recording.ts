import { newTraceId } from '../../http/traceparent.js';
import type { Operation, UpkeepStep } from '../operation.js';
import { type Recorder, Recording } from './recording.js';
import type { Roots } from './roots.js';
import type { SpanParent } from './span.js';

/** A step of the upkeep, which is of its session's trace, whatever it was begun by. */
export class StepRecording extends Recording {
  readonly traceId: string;

  constructor(
    recorder: Recorder,
    private readonly step: UpkeepStep,
    private readonly roots: Roots,
  ) {
    super(recorder);
    this.traceId = step.traceId ?? newTraceId();
  }

  protected closed(): boolean {
    return true;
  }

  protected operation(): Operation {
    return this.step;
  }

  protected parent(): SpanParent | null {
    const { traceId, session } = this.step;
    const id = traceId === null ? null : this.roots.of(session);
    return id === null ? null : { id, isRemote: true };
  }
}
