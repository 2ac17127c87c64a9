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

/**
 * The stack starts with the message, and a line of a message can look like a position. A stack
 * that does not hold its message as it is now cannot be told apart and is left out.
 */
function stackPositions(error: Error): string[] {
  const stack = error.stack ?? '';
  const start = stack.indexOf(error.message);
  if (start < 0) return [];
  const lines = stack.slice(start + error.message.length).split('\n');
  const positions = lines.filter((line) => /^\s+at /.test(line));
  return positions.slice(0, STACK_LINES).map((line) => line.trim());
}
