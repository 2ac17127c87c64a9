/**
 * What the outcome of an outgoing call is called that was answered: `ok`, `slow_down` where there were
 * too many, `refused` for what the same call would get again, `failed` where the peer is at fault.
 */
export function outcomeOfStatus(status: number): string {
  if (status >= 500) return 'failed';
  if (status === 429) return 'slow_down';
  return status >= 200 && status < 300 ? 'ok' : 'refused';
}
