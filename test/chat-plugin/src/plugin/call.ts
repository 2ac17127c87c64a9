import { Refusal } from '#client';

/** Whether only the site's owner can mend it: a key, a list of origins, an address. */
export function isForOwner(error: unknown): error is Refusal {
  if (!(error instanceof Refusal)) return false;
  return [401, 403, 404].includes(error.status) || error.status < 300;
}

/** Tries again once when the service did not answer; the request carries its own idempotency. */
export async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    if (error instanceof Refusal && !error.isForeign) throw error;
    return work();
  });
}
