/** What the calls of a conversation are found by in the logs of both services: 32 hexadecimal digits. */
export function newTraceId(): string {
  return digits(16);
}

/** The header that says it (W3C Trace Context), with a step of it that nothing else is known of. */
export function traceparentOf(traceId: string): string {
  return `00-${traceId}-${digits(8)}-00`;
}

/**
 * So many random bytes. Nothing is kept secret by them, and no page may break for them: where their
 * source was taken away, or another script has put something in its place, plain numbers will do.
 */
function digits(count: number): string {
  const bytes = new Uint8Array(count);
  try {
    crypto.getRandomValues(bytes);
  } catch {
    // All of them are zero still.
  }
  // Zeros name no trace.
  const isMade = bytes.some((byte) => byte !== 0);
  const made = Array.from(bytes, (byte) => (isMade ? byte : Math.floor(Math.random() * 256)));
  return made.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
