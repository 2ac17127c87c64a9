/**
 * The day, `2026-11-26`, of an instant in a time zone.
 * @param timeZone an IANA name; one that the browser does not know is taken for UTC
 */
export function dayIn(atMs: number, timeZone = 'UTC'): string {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Date(atMs).toLocaleDateString('en-CA', { ...options, timeZone });
  } catch {
    return new Date(atMs).toISOString().slice(0, 10);
  }
}
