/** What a row of the table found. */
export interface Failure {
  readonly what: string;
  /** Enough to do it again; becomes a corpus file. */
  readonly input?: unknown;
}

export interface RowResult {
  readonly name: string;
  readonly cases: number;
  readonly failures: readonly Failure[];
  /** What was measured, where it is more than a count. */
  readonly note: string;
}

/** Most failures of one row that are kept with their input. */
const MAX_KEPT = 20;

/** Counts the cases of one row. */
export class Tally {
  private cases = 0;
  private failed = 0;
  private readonly kept: Failure[] = [];

  constructor(private readonly name: string) {}

  /** Counts a case; `problems` is empty when all is well. */
  count(problems: readonly string[], input?: unknown): void {
    this.cases += 1;
    if (problems.length === 0) return;
    this.failed += 1;
    if (this.kept.length < MAX_KEPT) this.kept.push({ what: problems.join('; '), input });
  }

  result(note = ''): RowResult {
    const unshown = this.failed - this.kept.length;
    const rest = unshown > 0 ? [{ what: `and ${unshown} more` }] : [];
    return { name: this.name, cases: this.cases, failures: [...this.kept, ...rest], note };
  }
}
