import { MAX_TURN_BYTES, type TurnRole } from '#contracts';
import type { SpeechEvent } from '../vendor/heygen.events.js';

/** Something that somebody has said to its end, or to where it was interrupted. */
export interface SpokenLine {
  readonly role: TurnRole;
  /** Null where no event of it had one. */
  readonly taskId: string | null;
  readonly text: string;
  /** When its first words came. */
  readonly atMs: number;
}

/** One that is being said: changed in place, because this happens for every few words. */
type OpenLine = { -readonly [Member in keyof SpokenLine]: SpokenLine[Member] };

/** So many lines later nothing of one that is over comes any more. */
const REMEMBERED_LINES = 16;

/**
 * Joins the pieces in which the vendor tells what is being said. A line ends with its end message,
 * whose own text counts where it has one; or, when it was interrupted, with the next line of the
 * same speaker or the end of the socket. Where an event has no id it is of the line that its speaker
 * is in, unless it says that one begins. What comes late of a line that is over, or comes twice, is of
 * no other line.
 */
export class SpokenLines {
  private readonly open = new Map<TurnRole, OpenLine>();
  /** The lines that were over last, the latest at the end. */
  private readonly over: string[] = [];

  constructor(private readonly emit: (line: SpokenLine) => void) {}

  hear({ role, kind, taskId, text }: SpeechEvent, nowMs: number): void {
    let line = this.open.get(role);
    if (taskId !== null && line?.taskId !== taskId && this.isOver(role, taskId)) return;
    if (line && isNext(line, kind, taskId)) {
      this.finish(role);
      line = undefined;
    }
    if (!line) {
      line = { role, taskId, text: '', atMs: nowMs };
      this.open.set(role, line);
    }
    if (kind === 'begin') return;
    line.taskId ??= taskId;
    if (line.text === '') line.atMs = nowMs;
    if (kind === 'words') line.text = add(line.text, text ?? '');
    else if (text !== null && text !== '') line.text = text;
    if (kind === 'end') this.finish(role);
  }

  /** Nothing more will be said. */
  close(): void {
    for (const role of this.open.keys()) this.finish(role);
  }

  private isOver(role: TurnRole, taskId: string): boolean {
    return this.over.includes(keyOf(role, taskId));
  }

  private finish(role: TurnRole): void {
    const line = this.open.get(role);
    this.open.delete(role);
    if (!line || line.text.trim() === '') return;
    if (line.taskId !== null) this.over.push(keyOf(role, line.taskId));
    if (this.over.length > REMEMBERED_LINES) this.over.shift();
    this.emit(line);
  }
}

function keyOf(role: TurnRole, taskId: string): string {
  return `${role} ${taskId}`;
}

function isNext(line: SpokenLine, kind: SpeechEvent['kind'], taskId: string | null): boolean {
  if (kind === 'begin') return line.taskId === null || line.taskId !== taskId;
  return line.taskId !== null && taskId !== null && line.taskId !== taskId;
}

/** What is over the limit of a turn is cut when it is stored; here it must only not grow for ever. */
function add(text: string, more: string): string {
  return text.length > MAX_TURN_BYTES ? text : text + more;
}
