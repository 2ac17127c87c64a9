import type { StoredTranscript } from './conversation.js';
import type { StoredTurn } from './petya.js';

export interface Line {
  readonly role: 'user' | 'avatar';
  readonly text: string;
}

/** The page's own elements, found once; their absence is a mistake in `index.html`. */
export function view() {
  const find = <E extends HTMLElement>(mark: string): E => {
    const element = document.querySelector<E>(`[data-${mark}]`);
    if (element === null) throw new Error(`The page has no element marked data-${mark}.`);
    return element;
  };
  const lines = find<HTMLOListElement>('lines');
  const elements = {
    compose: find<HTMLFormElement>('compose'),
    input: find<HTMLInputElement>('say'),
    start: find<HTMLButtonElement>('start'),
    stop: find<HTMLButtonElement>('stop'),
  };
  return {
    ...elements,
    say: (text: string) => void (find('status').textContent = text),
    showLines: (shown: readonly Line[]) => showLines(lines, shown),
    /** Switches between "can be started" and "is going on". */
    setLive: (live: boolean) => {
      find('face').dataset['live'] = String(live);
      elements.compose.hidden = elements.stop.hidden = !live;
      elements.stop.disabled = false;
      elements.start.hidden = live;
      elements.start.disabled = false;
      (live ? elements.input : elements.start).focus();
    },
    showStored: (stored: StoredTranscript | null, waitedMs: number) => {
      find('stored').hidden = stored === null;
      if (stored === null) return;
      find('stored-summary').textContent = summary(stored, waitedMs);
      find('stored-lines').replaceChildren(...stored.turns.map(storedLine));
    },
  };
}

export type View = ReturnType<typeof view>;

/** Adds and changes only what differs, so that a screen reader reads each line once. */
function showLines(list: HTMLOListElement, lines: readonly Line[]): void {
  lines.forEach((line, index) => {
    const item = list.children[index] ?? list.appendChild(document.createElement('li'));
    if (!(item instanceof HTMLElement) || item.textContent === line.text) return;
    item.dataset['role'] = line.role;
    item.textContent = line.text;
    list.scrollTop = list.scrollHeight;
  });
  while (list.children.length > lines.length) list.lastElementChild?.remove();
}

function summary(stored: StoredTranscript, waitedMs: number): string {
  const turns = stored.turns.length;
  const reason = (stored.endReason ?? 'not known').replaceAll('_', ' ');
  const seconds = (waitedMs / 1000).toFixed(1);
  return `${turns} lines, ended: ${reason}, here ${seconds} s after the end.`;
}

function storedLine(turn: StoredTurn): HTMLLIElement {
  const item = document.createElement('li');
  const time = document.createElement('time');
  if (turn.timestamp !== null) {
    time.dateTime = turn.timestamp;
    time.textContent = new Date(turn.timestamp).toLocaleTimeString([], { hourCycle: 'h23' });
  }
  const who = document.createElement('b');
  who.textContent = turn.role === 'user' ? 'Visitor' : 'Katya';
  const text = document.createElement('span');
  text.textContent = turn.transcript;
  item.append(time, who, text);
  return item;
}
