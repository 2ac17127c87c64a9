import { TRACE_ID_PATTERN } from '#contracts';
import { traceIdOf } from '#platform';

/** The trace that a text names, which may be its id or a whole `traceparent`; null where it is neither. */
export function traceNamedBy(text: string): string | null {
  const lower = text.toLowerCase();
  return TRACE_ID_PATTERN.test(lower) ? lower : traceIdOf(lower);
}
