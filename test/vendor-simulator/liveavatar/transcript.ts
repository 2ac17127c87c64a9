import type { SimulatorSettings } from '../settings.js';

/** One spoken line. `raw`, when present, is returned exactly as given. */
export interface TranscriptLine {
  atMs: number;
  visibleAtMs: number;
  role: 'user' | 'avatar';
  text: string;
  raw?: { value: unknown };
}

/** What a caller of the transcript route asks for, in the unit of the settings. */
export interface TranscriptQuery {
  start: number | null;
  end: number | null;
}

/** One page as the vendor's `data`. */
export interface TranscriptPage {
  session_active: boolean;
  next_timestamp: number | null;
  transcript_data: unknown[];
}

type Unit = SimulatorSettings['timestampUnit'];

/** Milliseconds in the unit the transcript route speaks. */
export function toTimestamp(ms: number, unit: Unit): number {
  if (unit === 'seconds') return Math.floor(ms / 1000);
  return unit === 'milliseconds' ? ms : ms / 1000;
}

/** The lines of one session in the order they were spoken. */
export class Transcript {
  private lines: TranscriptLine[] = [];

  get length(): number {
    return this.lines.length;
  }

  /** Puts a line where its time belongs, behind lines of the same instant. */
  add(line: TranscriptLine): void {
    const place = this.firstIndex((other) => other.atMs > line.atMs);
    this.lines.splice(place, 0, line);
  }

  /** Everything, also what is not visible yet. */
  all(): readonly TranscriptLine[] {
    return this.lines;
  }

  /** Forgets what would have been spoken after the end; lines given by a test stay. */
  cutAfter(ms: number): void {
    this.lines = this.lines.filter((line) => line.raw !== undefined || line.atMs <= ms);
  }

  clear(): void {
    this.lines = [];
  }

  /**
   * One page: lines from `start` (inclusive) to `end` (inclusive) that are visible at `nowMs`.
   * `next_timestamp` is the first line left out, else the last line shown, so that a caller who
   * passes it on gets that instant again and has to recognise it.
   */
  page(query: TranscriptQuery, session: SessionTimes, nowMs: number, settings: SimulatorSettings) {
    const stamp = (line: TranscriptLine) => toTimestamp(line.atMs, settings.timestampUnit);
    const { start, end } = query;
    const shown: TranscriptLine[] = [];
    let next: number | null = null;
    let index = start === null ? 0 : this.firstIndex((line) => stamp(line) >= start);
    for (; index < this.lines.length; index++) {
      const line = this.lines[index];
      if (line === undefined || (end !== null && stamp(line) > end)) break;
      if (line.visibleAtMs > nowMs) continue;
      if (shown.length >= settings.transcriptPageSize) {
        const last = shown.at(-1);
        const sameInstant = last !== undefined && stamp(last) === stamp(line);
        if (settings.transcriptSplitsSeconds || !sameInstant) {
          next = stamp(line);
          break;
        }
      }
      shown.push(line);
    }
    const page: TranscriptPage = {
      session_active: session.endedAtMs === null,
      next_timestamp: next ?? this.cursorAtTail(shown.at(-1), query, session, settings),
      transcript_data: shown.map((line) => wireLine(line, session, settings.timestampUnit)),
    };
    return page;
  }

  private cursorAtTail(
    last: TranscriptLine | undefined,
    query: TranscriptQuery,
    session: SessionTimes,
    settings: SimulatorSettings,
  ): number | null {
    if (session.endedAtMs !== null && settings.transcriptCursorAtEnd === 'null') return null;
    if (last) return toTimestamp(last.atMs, settings.timestampUnit);
    return query.start ?? toTimestamp(session.startedAtMs, settings.timestampUnit);
  }

  /** Index of the first line for which `after` holds; lines are in order, so by halving. */
  private firstIndex(after: (line: TranscriptLine) => boolean): number {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const line = this.lines[middle];
      if (line !== undefined && after(line)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The two ends of a session that a transcript page needs. */
export interface SessionTimes {
  startedAtMs: number;
  endedAtMs: number | null;
}

function wireLine(line: TranscriptLine, session: SessionTimes, unit: Unit): unknown {
  if (line.raw) return line.raw.value;
  return {
    role: line.role,
    transcript: line.text,
    absolute_timestamp: toTimestamp(line.atMs, unit),
    relative_timestamp: toTimestamp(line.atMs - session.startedAtMs, unit),
  };
}
