/** What a person at the terminal reads. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A failure that its own sentence explains: its cause is kept and not shown. */
export class PlainFailure extends Error {}

/** A failure as its sentence; the causes below it, without stacks. */
export function sayFailure(error: unknown): void {
  process.stderr.write(`${describeFailure(error)}\n`);
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined || error instanceof PlainFailure
    ? error.message
    : `${error.message}\n  because: ${describeFailure(error.cause)}`;
}
