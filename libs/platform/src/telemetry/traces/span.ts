/** Whose work a span is, as OpenTelemetry tells them apart. */
export type SpanKindName = 'internal' | 'server' | 'client';

/** Few values each, and names of ours. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** What a span says of its work. Very many say the same, and share it: what is made of it may be kept with it. */
export interface SpanText {
  readonly name: string;
  readonly kind: SpanKindName;
  readonly attributes: SpanAttributes;
  readonly isFault: boolean;
}

/** One piece of work that is over. Times are milliseconds since 1970. */
export interface EndedSpan {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly parent: SpanParent | null;
  readonly text: SpanText;
  /** The vendor's id of the session that it is about; null where it is about none, or none that has one. */
  readonly sessionId: string | null;
  readonly startMs: number;
  readonly endMs: number;
}

export interface SpanParent {
  readonly id: string;
  /** It belongs to another process, or to another time. */
  readonly isRemote: boolean;
}

/** What was recorded of one trace. */
export interface Recorded {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** How many spans it is. */
  readonly count: number;
  /**
   * Spells them out, once.
   * @param originMs when the clock of this process, `performance.now()`, was at 0: in milliseconds since 1970
   */
  spans(originMs: number): readonly EndedSpan[];
}

/** Takes what is over; it has to be quick, and never throws. */
export interface SpanSink {
  put(recorded: Recorded): void;
}
