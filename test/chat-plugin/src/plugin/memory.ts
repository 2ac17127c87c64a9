import type { SessionToken } from './gateway.js';

export interface Line {
  readonly id: string;
  readonly role: 'user' | 'avatar';
  readonly text: string;
}

/** A video session that a reload may come back to. */
export interface LiveSession extends SessionToken {
  /** When its time began to run, in milliseconds since the epoch; null until it did. */
  readonly startedAtMs: number | null;
}

/** What one tab remembers of its conversation, so that a reload is not a new visit. */
export interface Remembered {
  externalId: string;
  conversationId: string | null;
  /** The try at video that runs; a repeated request of it gives the same session. */
  attempt: string | null;
  live: LiveSession | null;
  /** The avatar has spoken its greeting. */
  isGreeted: boolean;
  lines: Line[];
}

const VISITOR = 'avatar-chat.visitor';

/** Who the visitor is to Petya, and the token that proves it. */
export interface Visitor {
  readonly visitorId: string;
  readonly visitorToken: string;
}
const MOST_LINES = 200;

export function freshMemory(): Remembered {
  const externalId = crypto.randomUUID();
  const conversationId = null;
  return { externalId, conversationId, attempt: null, live: null, isGreeted: false, lines: [] };
}

/** The tab's memory under a customer's key; where storage is blocked it lasts as long as the page. */
export class Memory {
  private readonly name: string;
  /** Undefined until it was looked up. */
  private known: Visitor | null | undefined;

  constructor(apiKey: string) {
    this.name = `avatar-chat.${apiKey}`;
  }

  recall(): Remembered {
    const kept = attempt(() => sessionStorage.getItem(this.name)) ?? null;
    const read =
      kept === null ? {} : (attempt(() => JSON.parse(kept) as Partial<Remembered>) ?? {});
    return { ...freshMemory(), ...read };
  }

  keep(remembered: Remembered): void {
    const lines = remembered.lines.slice(-MOST_LINES);
    const text = JSON.stringify({ ...remembered, lines });
    attempt(() => sessionStorage.setItem(this.name, text));
  }

  /** Null where nobody is known, or somebody whom nothing proves. */
  get visitor(): Visitor | null {
    if (this.known !== undefined) return this.known;
    const kept = attempt(() => localStorage.getItem(VISITOR)) ?? null;
    const read =
      kept === null ? null : (attempt(() => JSON.parse(kept) as Partial<Visitor>) ?? null);
    const { visitorId, visitorToken } = read ?? {};
    this.known = visitorId && visitorToken ? { visitorId, visitorToken } : null;
    return this.known;
  }

  set visitor(visitor: Visitor | null) {
    this.known = visitor;
    attempt(() =>
      visitor === null
        ? localStorage.removeItem(VISITOR)
        : localStorage.setItem(VISITOR, JSON.stringify(visitor)),
    );
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
