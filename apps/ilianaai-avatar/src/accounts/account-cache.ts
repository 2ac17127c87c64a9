import { boundedBy } from '#platform';
import { LRUCache } from 'lru-cache';

/** What a look-up gave: the account, or that there is none or that it is suspended. */
export type LookUp<T> = { readonly found: T } | { readonly refused: 'unknown' | 'suspended' };

export interface CacheTimes {
  /** A found account is served without asking for so long. */
  readonly freshMs: number;
  /** A refusal is remembered for so long. */
  readonly refusedMs: number;
  /** A found account is served for so long when the source cannot be asked. */
  readonly staleMs: number;
  /** So long its source is waited for where a found account could be served; for ever when missing. */
  readonly patienceMs?: number;
}

interface Entry<T> {
  readonly result: LookUp<T>;
  readonly atMs: number;
}

/** Most entries kept of each kind; what nobody asked for longest goes first. An entry is a few hundred bytes. */
const MAX_ENTRIES = 20_000;

/**
 * A bounded cache that asks once for simultaneous callers and serves what it had when its source
 * is away. The source throws when it cannot be asked; anything it returns is an answer.
 */
export class AccountCache<T> {
  private readonly found = new LRUCache<string, Entry<T>>(boundedBy(MAX_ENTRIES));
  /** Kept apart: somebody who tries keys at random must not push out the accounts that are there. */
  private readonly refused = new LRUCache<string, Entry<T>>(boundedBy(MAX_ENTRIES));
  private readonly running = new Map<string, Promise<LookUp<T>>>();

  constructor(
    private readonly times: CacheTimes,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws whatever `ask` throws, when there is nothing fresh enough to serve instead */
  get(key: string, ask: () => Promise<LookUp<T>>): Promise<LookUp<T>> {
    const entry = this.found.get(key) ?? this.refused.get(key);
    const isFresh = entry && this.age(entry) < this.freshFor(entry);
    return isFresh ? Promise.resolve(entry.result) : this.askOrServe(key, ask, entry);
  }

  private async askOrServe(
    key: string,
    ask: () => Promise<LookUp<T>>,
    entry: Entry<T> | undefined,
  ): Promise<LookUp<T>> {
    const asking = this.askOnce(key, ask);
    const { patienceMs, staleMs } = this.times;
    try {
      const isServed = entry && 'found' in entry.result && this.age(entry) < staleMs;
      if (!isServed || patienceMs === undefined) return await asking;
      return await answerWithin(asking, patienceMs, entry.result);
    } catch (error) {
      if (entry && 'found' in entry.result && this.age(entry) < staleMs) return entry.result;
      throw error;
    }
  }

  /**
   * Keeps what was learned, unless something newer is known.
   * @param atMs when it was asked for: what changed since then is not in the answer
   */
  keep(key: string, result: LookUp<T>, atMs: number): void {
    const known = this.found.peek(key) ?? this.refused.peek(key);
    if (known && known.atMs > atMs) return;
    this.found.delete(key);
    this.refused.delete(key);
    const entries = 'found' in result ? this.found : this.refused;
    entries.set(key, { result, atMs });
  }

  private askOnce(key: string, ask: () => Promise<LookUp<T>>): Promise<LookUp<T>> {
    const running = this.running.get(key);
    if (running) return running;
    const atMs = this.now();
    const started = ask()
      .then((result) => {
        this.keep(key, result, atMs);
        return result;
      })
      .finally(() => this.running.delete(key));
    this.running.set(key, started);
    return started;
  }

  private age(entry: Entry<T>): number {
    return this.now() - entry.atMs;
  }

  private freshFor(entry: Entry<T>): number {
    return 'found' in entry.result ? this.times.freshMs : this.times.refusedMs;
  }
}

/** @returns what comes in time, or something else instead */
async function answerWithin<T>(asking: Promise<T>, withinMs: number, instead: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => (timer = setTimeout(() => resolve(instead), withinMs)));
  try {
    return await Promise.race([asking, late]);
  } finally {
    clearTimeout(timer);
  }
}
