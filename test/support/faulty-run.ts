/** Whether the run's database meets faults, see `startRunDatabase`. */
export const isFaultyRun = (process.env['TEST_DATABASE_FAULTS'] ?? '') !== '';

/** Whether a failure in such a run is the driver's, and says nothing of the apps. */
export function isDriversFault(error: unknown): boolean {
  if (!isFaultyRun || !(error instanceof Error)) return false;
  return error.name.startsWith('Mongo') || error.message.includes('ECONNRESET');
}
