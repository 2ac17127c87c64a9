interface Group<Q, R> {
  readonly questions: Q[];
  readonly answers: Promise<readonly (R | null)[]>;
  start(): void;
}

/** More than one lets a read that hangs hold up only its share; few of them gather much. */
const MAX_IN_FLIGHT = 3;

/** Most questions in one read; a record with its credentials has some kilobytes. */
const MAX_GROUP = 100;

/**
 * Gathers single look-ups into reads without ever waiting on a timer: a few reads are in flight,
 * and what is asked meanwhile goes into the next one. A driver's call costs ten times what one more
 * document in it does. No answer is older than its question: a read takes in nothing once it runs.
 */
export class GatheredReads<Q, R> {
  private waiting: Group<Q, R>[] = [];
  private inFlight = 0;

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
    if (this.inFlight >= MAX_IN_FLIGHT) return;
    const group = this.waiting.shift();
    if (!group) return;
    this.inFlight += 1;
    const done = (): void => {
      this.inFlight -= 1;
      this.startNext();
    };
    group.answers.then(done, done);
    group.start();
  }
}
