import { toJson } from './plain-json.js';
import { randomId } from './random-id.js';
import { readRemembered, readVisitor, type Remembered, type Visitor } from './remembered.js';

const MOST_LINES = 200;

export function freshMemory(): Remembered {
  const externalId = randomId();
  const conversationId = null;
  return { externalId, conversationId, attempt: null, live: null, isGreeted: false, lines: [] };
}

/** The tab's memory under a customer's key; where storage is blocked it lasts as long as the page. */
export class Memory {
  private readonly name: string;
  /** One site may use several keys, and no visitor is known to two accounts. */
  private readonly visitorName: string;
  /** Undefined until it was looked up. */
  private known: Visitor | null | undefined;

  constructor(apiKey: string) {
    this.name = `avatar-chat.${apiKey}`;
    this.visitorName = `avatar-chat.visitor.${apiKey}`;
  }

  recall(): Remembered {
    const kept = attempt(() => sessionStorage.getItem(this.name)) ?? null;
    return { ...freshMemory(), ...readRemembered(kept) };
  }

  keep(remembered: Remembered): void {
    const lines = remembered.lines.slice(-MOST_LINES);
    const text = toJson({ ...remembered, lines });
    attempt(() => sessionStorage.setItem(this.name, text));
  }

  /** Null where nobody is known, or somebody whom nothing proves. */
  get visitor(): Visitor | null {
    if (this.known !== undefined) return this.known;
    this.known = readVisitor(attempt(() => localStorage.getItem(this.visitorName)) ?? null);
    return this.known;
  }

  set visitor(visitor: Visitor | null) {
    this.known = visitor;
    attempt(() =>
      visitor === null
        ? localStorage.removeItem(this.visitorName)
        : localStorage.setItem(this.visitorName, toJson(visitor)),
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
