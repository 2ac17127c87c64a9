import type { SessionViewDto } from '#client';
import type { SessionToken } from './remembered.js';

/** Where our own record of a session is. */
interface Records {
  view(session: SessionToken): Promise<Pick<SessionViewDto, 'end_reason'>>;
}

const LOOK_AGAIN_MS = 400;
const LOOKS = 8;

/** So often only it is looked where the vendor's word may be the whole truth. */
const LOOKS_BESIDE_VENDOR = 3;

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
  records: Records,
  session: SessionToken,
  vendorReason: string,
): Promise<string | null> {
  const known = REASONS_OF_VENDOR[vendorReason] ?? null;
  // What was left of the account's minutes may have been its longest time, which the vendor does not know.
  if (known === 'max_duration') {
    const recorded = await recordedReason(records, session, LOOKS_BESIDE_VENDOR);
    return recorded === 'minutes_used_up' ? recorded : known;
  }
  return known ?? recordedReason(records, session, LOOKS);
}

async function recordedReason(
  records: Records,
  session: SessionToken,
  looks: number,
): Promise<string | null> {
  for (let look = 0; look < looks; look += 1) {
    const view = await records.view(session).catch(() => null);
    if (view?.end_reason) return view.end_reason;
    if (view === null) return null;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return null;
}
