import type { EndedSpan, SpanParent, SpanSink } from './span.js';

/** Spans of one recording that are kept: a request that reads a long list asks the database a thousand times. */
const MOST_SPANS = 100;

/** A span that is over. It is spelt out when it is sent: most of what is noted, nobody may want to keep. */
export type NotedSpan = () => EndedSpan;

/**
 * What one request, or one step of the upkeep, does. Which trace it belongs to may turn out on the way, so
 * its spans wait for its end; what is begun before and ends after that goes out by itself.
 */
export class Recording {
  /** The opening of a session that is a part of it. */
  openingId: string | null = null;
  private readonly waiting: NotedSpan[] = [];
  private count = 0;
  private over = false;
  /** What spans are told in, since 1970: one step of the clock moves none of them against the others. */
  private readonly originMs = Date.now() - performance.now();

  /**
   * @param traceOf the trace, as far as it is known by then
   * @param isKept whether somebody wants to know of a trace
   */
  constructor(
    private readonly sink: SpanSink,
    private readonly traceOf: () => string,
    private readonly isKept: (traceId: string) => boolean,
  ) {}

  /** 32 hexadecimal digits; another one may turn out to be right. */
  get traceId(): string {
    return this.traceOf();
  }

  get isOver(): boolean {
    return this.over;
  }

  /** By this clock, in milliseconds since 1970. */
  nowMs(): number {
    return this.originMs + performance.now();
  }

  add(span: NotedSpan): void {
    this.count += 1;
    if (this.count > MOST_SPANS) return;
    if (this.over) this.send([span]);
    else this.waiting.push(span);
  }

  /** @param span what it was all about; null where nobody wants to know of it */
  close(span: NotedSpan | null): void {
    this.over = true;
    if (span) this.send(this.waiting, span);
    else this.count = MOST_SPANS;
    this.waiting.length = 0;
  }

  private send(parts: readonly NotedSpan[], whole?: NotedSpan): void {
    const { traceId } = this;
    if (!this.isKept(traceId)) return;
    const spans = whole ? [whole()] : [];
    for (const part of parts) spans.push(part());
    this.sink.put({ traceId, spans });
  }
}

/** A span's parent in the same process. */
export function within(id: string): SpanParent {
  return { id, isRemote: false };
}
