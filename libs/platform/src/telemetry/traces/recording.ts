import { newSpanId } from '../../http/traceparent.js';
import type { End, Operation } from '../operation.js';
import type { Observation } from '../telemetry.js';
import type { Scopes } from './scopes.js';
import type { EndedSpan, Recorded, SpanParent, SpanSink } from './span.js';
import { sessionIdOf, spanText } from './span-text.js';

/** Parts of one recording that are kept: a request that reads a long list asks the database a thousand times. */
const MOST_PARTS = 100;

/** What runs at this moment, and as part of which span. */
export interface Scope {
  readonly recording: Recording;
  /** Of the span: 16 hexadecimal digits. */
  readonly id: string;
}

/** Whom a recording is told to, and by what. */
export interface Recorder {
  readonly sink: SpanSink;
  readonly scopes: Scopes<Scope>;
  /** Whether somebody wants to know of a trace. */
  isKept(traceId: string): boolean;
}

/**
 * What one request, or one step of the upkeep, does. Which trace it belongs to may turn out on the way, so
 * it is told as it ends; what is begun before and ends after that goes out by itself. Between everything
 * else that a request does it notes times and outcomes and no more: what is made of them, a batch makes of
 * many at once, several times as fast.
 */
export abstract class Recording implements Observation, Scope, Recorded {
  /** The opening of a session that is a part of it. */
  openingId: string | null = null;
  private readonly startMs = performance.now();
  private endMs = 0;
  private outcome = '';
  private route: string | null = null;
  private ownId: string | null = null;
  private readonly parts: Part[] = [];
  private added = 0;
  private over = false;

  constructor(private readonly recorder: Recorder) {}

  /** 32 hexadecimal digits, as far as it is known by then; until it ends another one may turn out to be right. */
  abstract get traceId(): string;

  get recording(): this {
    return this;
  }

  /** Drawn when somebody names it: mostly a batch does. */
  get id(): string {
    return (this.ownId ??= newSpanId());
  }

  get isOver(): boolean {
    return this.over;
  }

  get count(): number {
    return this.parts.length + 1;
  }

  within<T>(work: () => T): T {
    return this.recorder.scopes.run(this, work);
  }

  end(end: End): void {
    this.endMs = performance.now();
    this.outcome = end.outcome;
    this.route = end.route ?? null;
    this.over = true;
    if (this.closed(end)) this.tell(this);
    else this.added = MOST_PARTS;
  }

  /** Notes a part that is over. */
  add(part: Part): void {
    this.added += 1;
    if (this.added > MOST_PARTS) return;
    if (!this.over) return void this.parts.push(part);
    const spans = (originMs: number) => [part.span(originMs)];
    this.tell({ traceId: this.traceId, count: 1, spans });
  }

  spans(originMs: number): EndedSpan[] {
    const operation = this.operation();
    const { outcome, route } = this;
    const whole = {
      id: this.id,
      parent: this.parent(),
      text: spanText(operation, { outcome, route }),
      sessionId: sessionIdOf(operation),
      startMs: originMs + this.startMs,
      endMs: originMs + this.endMs,
    };
    return [whole, ...this.parts.map((part) => part.span(originMs))];
  }

  /**
   * It is over: keeps of its operation what is told later, and nothing else.
   * @returns whether it is worth telling
   */
  protected abstract closed(end: End): boolean;
  /** What it was about. */
  protected abstract operation(): Operation;
  /** What it is a part of; null where that is nothing. */
  protected abstract parent(): SpanParent | null;

  private tell(recorded: Recorded): void {
    if (this.recorder.isKept(recorded.traceId)) this.recorder.sink.put(recorded);
  }
}

/** A part of a recording that has no parts of its own. */
export class Part implements Observation {
  private readonly startMs = performance.now();
  private endMs = 0;
  private outcome = '';

  constructor(
    private readonly operation: Operation,
    private readonly around: Scope,
  ) {}

  within<T>(work: () => T): T {
    return work();
  }

  end({ outcome }: End): void {
    this.endMs = performance.now();
    this.outcome = outcome;
    this.around.recording.add(this);
  }

  /** @param originMs as `Recorded.spans` has it */
  span(originMs: number): EndedSpan {
    return {
      id: this.drawnId(),
      parent: { id: this.around.id, isRemote: false },
      text: spanText(this.operation, { outcome: this.outcome }),
      sessionId: sessionIdOf(this.operation),
      startMs: originMs + this.startMs,
      endMs: originMs + this.endMs,
    };
  }

  protected drawnId(): string {
    return newSpanId();
  }
}

/** A part that has parts, or is named to a peer. */
export class Branch extends Part implements Scope {
  readonly recording: Recording;

  constructor(
    operation: Operation,
    around: Scope,
    readonly id: string,
    private readonly scopes: Scopes<Scope>,
  ) {
    super(operation, around);
    this.recording = around.recording;
  }

  override within<T>(work: () => T): T {
    return this.scopes.run(this, work);
  }

  protected override drawnId(): string {
    return this.id;
  }
}
