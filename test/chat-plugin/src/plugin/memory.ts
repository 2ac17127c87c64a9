import { toJson } from '#client';
import { randomId } from './random-id.js';
import { readRemembered, readVisitor, type Remembered, type Visitor } from './remembered.js';
import { newTraceId } from './trace.js';

const MOST_LINES = 200;

/** What everything begins with that the plugin keeps. */
const OURS = 'avatar-chat.';

export function freshMemory(): Remembered {
  return {
    externalId: randomId(),
    conversationId: null,
    traceId: newTraceId(),
    attempt: null,
    live: null,
    isGreeted: false,
    lines: [],
  };
}

/**
 * The tab's memory under a customer's key; where storage is blocked it lasts as long as the page. What
 * the page has emptied stays empty: it was another visitor's.
 */
export class Memory {
  private readonly name: string;
  /** One site may use several keys, and no visitor is known to two accounts. */
  private readonly visitorName: string;
  /** Undefined until it was looked up. */
  private known: Visitor | null | undefined;
  private isKept = false;
  private isVisitorKept = false;
  /** Writes nothing, as the plugin is out of the page. */
  isShut = false;
  /** Of the conversation that is remembered. */
  traceId = '';

  constructor(apiKey: string) {
    this.name = `${OURS}${apiKey}`;
    this.visitorName = `${OURS}visitor.${apiKey}`;
  }

  recall(): Remembered {
    const kept = attempt(() => sessionStorage.getItem(this.name)) ?? null;
    this.isKept = kept !== null;
    const remembered = { ...freshMemory(), ...readRemembered(kept) };
    // The page has dropped the visitor since: whoever is here now is another one.
    const isOthers = remembered.conversationId !== null && this.visitor === null;
    const recalled = isOthers ? freshMemory() : remembered;
    this.traceId = recalled.traceId;
    return recalled;
  }

  /** The page, or another tab of it, has emptied the storage, as for a visitor who logs out. */
  get isEmptied(): boolean {
    const isGone = (wasKept: boolean, read: () => string | null): boolean =>
      wasKept && attempt(read) === null;
    return (
      isGone(this.isKept, () => sessionStorage.getItem(this.name)) ||
      isGone(this.isVisitorKept, () => localStorage.getItem(this.visitorName))
    );
  }

  keep(remembered: Remembered): void {
    this.traceId = remembered.traceId;
    if (this.isShut || this.isEmptied) return;
    // Where there is no room for all lines, the newest are kept.
    for (let most = MOST_LINES; most >= 1 && !this.isWritten(remembered, most);) most /= 2;
  }

  private isWritten(remembered: Remembered, most: number): boolean {
    const lines = remembered.lines.slice(-Math.floor(most));
    const text = toJson({ ...remembered, lines });
    const isDone = attempt(() => {
      sessionStorage.setItem(this.name, text);
      return true;
    });
    this.isKept ||= isDone === true;
    return isDone === true;
  }

  /** Null where nobody is known, or somebody whom nothing proves. */
  get visitor(): Visitor | null {
    if (this.known !== undefined) return this.known;
    this.known = readVisitor(attempt(() => localStorage.getItem(this.visitorName)) ?? null);
    this.isVisitorKept = this.known !== null;
    return this.known;
  }

  set visitor(visitor: Visitor | null) {
    this.known = visitor;
    if (this.isShut || this.isEmptied) return;
    attempt(() => {
      if (visitor === null) localStorage.removeItem(this.visitorName);
      else localStorage.setItem(this.visitorName, toJson(visitor));
      this.isVisitorKept = visitor !== null;
    });
  }

  /** Removes what is kept under this key, as a page does whose visitor logs out. */
  empty(): void {
    attempt(() => sessionStorage.removeItem(this.name));
    attempt(() => localStorage.removeItem(this.visitorName));
  }
}

/** Removes everything that the plugin keeps in this browser, under whatever key. */
export function emptyMemory(): void {
  for (const open of [() => localStorage, () => sessionStorage]) {
    attempt(() => {
      const storage = open();
      for (const name of Object.keys(storage)) {
        if (name.startsWith(OURS)) storage.removeItem(name);
      }
    });
  }
}

/** Storage may be blocked or full, which must not end a conversation. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
