interface Group<Q, R> {
  readonly questions: Q[];
  readonly answers: Promise<readonly (R | null)[]>;
  start(): void;
}

/** Longest that questions wait for a read which is under way: one that hangs holds up no others. */
const PATIENCE_MS = 50;

const MAX_IN_FLIGHT = 4;

/** Most questions in one read; a record with its credentials has some kilobytes. */
const MAX_GROUP = 100;

/**
 * Gathers single look-ups: while a read is under way, what is asked goes into the next one, so that
 * a lone question never waits. A driver's call costs ten times what one more document in it does.
 * No answer is older than its question: a read takes in nothing once it runs.
 */
export class GatheredReads<Q, R> {
  private waiting: Group<Q, R>[] = [];
  private inFlight = 0;
  /** The read that others wait for; none once it has taken too long. */
  private current: Group<Q, R> | null = null;
  private patience: NodeJS.Timeout | undefined;

  /** @param read answers each question at its place, with null where there is nothing */
  constructor(private readonly read: (questions: readonly Q[]) => Promise<readonly (R | null)[]>) {}

  /** @throws what the read of its group throws */
  async get(question: Q): Promise<R | null> {
    const last = this.waiting.at(-1);
    const group = last && last.questions.length < MAX_GROUP ? last : this.open();
    const index = group.questions.push(question) - 1;
    this.startNext();
    return (await group.answers)[index] ?? null;
  }

  private open(): Group<Q, R> {
    const questions: Q[] = [];
    let start = (): void => undefined;
    const started = new Promise<void>((resolve) => (start = resolve));
    const answers = started.then(() => this.read(questions));
    const group = { questions, answers, start };
    this.waiting.push(group);
    return group;
  }

  private startNext(): void {
    if (this.waiting.length === 0 || this.inFlight >= MAX_IN_FLIGHT) return;
    if (this.current === null) return this.start();
    this.patience ??= setTimeout(() => this.waitNoLonger(), PATIENCE_MS);
  }

  private waitNoLonger(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    this.current = null;
    this.startNext();
  }

  private start(): void {
    const group = this.waiting.shift();
    if (!group) return;
    this.inFlight += 1;
    this.current = group;
    const done = (): void => {
      this.inFlight -= 1;
      if (this.current === group) this.waitNoLonger();
      else this.startNext();
    };
    group.answers.then(done, done);
    group.start();
    this.startNext();
  }
}
