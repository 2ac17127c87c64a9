import { outcomeOfStatus, type Outcomes } from '#platform';

/** Codes of the HTTP client for a call that took too long: its signal's, its own, and the socket's. */
const TOO_LATE: readonly string[] = ['ERR_CANCELED', 'ECONNABORTED', 'ETIMEDOUT'];

/** What the outcomes of calls to Petya are called: as those of a vendor. */
export const PETYA_OUTCOMES: Outcomes<{ readonly status: number }> = {
  of: ({ status }) => outcomeOfStatus(status),
  failed: (error) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return TOO_LATE.includes(code) ? 'timeout' : 'unreachable';
  },
};

/** One call to Petya. @param name what it is asked for, without ids */
export function petyaCall(name: string) {
  return { kind: 'call', peer: 'petya', name, goesOn: true } as const;
}
