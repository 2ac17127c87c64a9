/** Whose work a span is, as OpenTelemetry tells them apart. */
export type SpanKindName = 'internal' | 'server' | 'client';

/** Few values each, names of ours, and at most the vendor's id of a session. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** One piece of work that is over. Times are milliseconds since 1970. */
export interface EndedSpan {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly parent: SpanParent | null;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  readonly isFault: boolean;
}

export interface SpanParent {
  readonly id: string;
  /** It belongs to another process, or to another time. */
  readonly isRemote: boolean;
}

/** Takes spans that are over; it has to be quick, and never throws. */
export interface SpanSink {
  /** @param traceId 32 hexadecimal digits, of all of them */
  put(traceId: string, spans: readonly EndedSpan[]): void;
}
