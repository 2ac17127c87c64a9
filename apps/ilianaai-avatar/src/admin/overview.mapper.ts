import type {
  OverviewLagDto,
  OverviewSessionsDto,
  OverviewUsedDto,
  OverviewVendorDto,
} from '#contracts';
import { COUNTED_STATES, type CountedState, type Fleet } from '../fleet/fleet.js';
import type { CreditsReading } from '../reconcile/credits-left.service.js';
import { isLive } from '../sessions/domain/session-states.js';
import type { Vendor } from '../vendors/vendor.js';

/** Sessions of all vendors by state. */
export function toSessions({ counts }: Pick<Fleet, 'counts'>): OverviewSessionsDto {
  const none = COUNTED_STATES.map((state): [CountedState, number] => [state, 0]);
  const sessions = Object.fromEntries(none) as Record<CountedState, number>;
  for (const count of counts) sessions[count.state] += count.sessions;
  const live = COUNTED_STATES.filter(isLive).reduce((sum, state) => sum + sessions[state], 0);
  return { ...sessions, live };
}

/** How far each lane is behind, in whole seconds. */
export function toLags({ lagSeconds }: Pick<Fleet, 'lagSeconds'>): OverviewLagDto {
  const { end, life, outbox } = lagSeconds;
  return { end: Math.floor(end), life: Math.floor(life), outbox: Math.floor(outbox) };
}

/** What all vendors together have used. */
export function toUsed({ used }: Pick<Fleet, 'used'>): OverviewUsedDto {
  if (used.length === 0) return { today: null, month: null };
  return used.reduce(
    (sum, { today, month }) => ({ today: sum.today + today, month: sum.month + month }),
    { today: 0, month: 0 },
  );
}

/** @param reading what the vendor has told of its credits last, if it has */
export function toVendor(
  { name, isReachable }: Pick<Vendor, 'name' | 'isReachable'>,
  reading: CreditsReading | null,
): OverviewVendorDto {
  return {
    name,
    creditsLeft: reading?.left ?? null,
    creditsReadAt: reading?.readAt.toISOString() ?? null,
    reachable: isReachable,
  };
}
