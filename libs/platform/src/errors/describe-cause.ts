/** What the log says of an error: where it came from, but no text that could carry somebody's data. */
export interface CauseDescription {
  readonly name: string;
  readonly code?: string | number;
  readonly at?: string[];
  readonly cause?: CauseDescription;
}

/** Stack lines kept of each error. */
const STACK_LINES = 6;

/**
 * Describes an error for the log. Messages of foreign errors are left out, because parsers and
 * drivers quote their input in them; name, code and stack positions say where to look.
 */
export function describeCause(cause: unknown, depth = 0): CauseDescription {
  if (!(cause instanceof Error)) return { name: typeof cause };
  const code = 'code' in cause ? cause.code : undefined;
  return {
    name: cause.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    at: stackPositions(cause),
    ...(cause.cause && depth < 3 ? { cause: describeCause(cause.cause, depth + 1) } : {}),
  };
}

function stackPositions(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return lines.slice(0, STACK_LINES).map((line) => line.trim());
}
