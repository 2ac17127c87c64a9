import type { Gateway } from './gateway.js';
import type { SessionToken } from './remembered.js';

const LOOK_AGAIN_MS = 400;
const LOOKS = 8;

/** Reasons that the vendor is the first to know; about the others our own record is asked. */
const REASONS_OF_VENDOR: Readonly<Record<string, string | undefined>> = {
  MAX_DURATION_REACHED: 'max_duration',
  IDLE_TIMEOUT: 'idle',
  SERVER_ERROR: 'vendor_fault',
  NO_CREDITS: 'no_credits',
};

/**
 * Why a session ended, once its record says so.
 * @param vendorReason what the vendor said into the room, if anything
 * @returns null when nobody can say
 */
export async function findEndReason(
  gateway: Gateway,
  session: SessionToken,
  vendorReason: string,
): Promise<string | null> {
  const known = REASONS_OF_VENDOR[vendorReason];
  if (known !== undefined) return known;
  for (let look = 0; look < LOOKS; look += 1) {
    const view = await gateway.view(session).catch(() => null);
    if (view?.end_reason) return view.end_reason;
    if (view === null) return null;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return null;
}
