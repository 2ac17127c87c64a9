import type { AvatarConfig } from '../../../apps/ilianaai-avatar/src/config/avatar-config.js';
import { SessionBox } from '../../../apps/ilianaai-avatar/src/sessions/store/session-box.js';
import {
  dueAt,
  endDueAt,
  later,
  outboxDueAt,
} from '../../../apps/ilianaai-avatar/src/sessions/domain/session-timing.js';
import type { Session } from '../../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import type { VendorName } from '../../../apps/ilianaai-avatar/src/vendors/vendor.js';
import type { VendorSession } from '../../support/memory-vendor.js';
import { aSession } from '../../support/session.factory.js';
import { ERASED_VISITOR } from './step-judge.js';
import type { Standing } from './step-plan.js';

/** Longest a session runs, so that it is over soon. */
export const MAX_SESSION_SECONDS = 60;

export interface StandingAt {
  readonly vendor: VendorName;
  readonly now: Date;
  readonly config: AvatarConfig;
}

/** The record of the session that is there when it begins. */
export function standingSession(standing: Standing, at: StandingAt): Session {
  const { state, ageSeconds, leaseOverSeconds } = standing;
  const { now, vendor, config } = at;
  const id = 'session-1';
  const isOver = hasEnded(standing);
  const before = (seconds: number) => later(now, -seconds);
  const openedAt = before(ageSeconds);
  const isHeld = state === 'starting';
  const fresh = aSession({ id, vendorSessionId: 'vendor-1' });
  const box = new SessionBox(config);
  const session: Session = {
    ...fresh,
    vendor,
    visitorId: ERASED_VISITOR,
    state,
    slot: isOver ? null : 0,
    lease: {
      owner: isHeld ? 'dead' : null,
      lane: 'end',
      epoch: 1,
      until: isHeld ? before(leaseOverSeconds) : new Date(0),
    },
    config: { ...fresh.config, maxSessionSeconds: MAX_SESSION_SECONDS },
    createdAt: openedAt,
    offeredAt: openedAt,
    openedAt: vendor === 'heygen' ? openedAt : null,
    vendorToken: box.sealToken(id, 'secret'),
    media: box.sealMedia(id, { room: 'vendor-1' }),
    startedBy: state === 'created' ? null : fresh.grant,
    startedAt: state === 'created' || state === 'starting' ? null : before(5),
    seenAt: before(1),
    stop: state === 'stopping' ? { reason: 'operator', at: before(1), attempts: 0 } : null,
    endedAt: isOver ? before(1) : null,
    endReason: isOver ? 'visitor_ended' : null,
    nextPollAt: state === 'active' ? later(now, 1) : null,
    keptAliveAt: before(1),
    transcript: { ...fresh.transcript, nextReadAt: state === 'stopped' ? before(1) : null },
    delivery: standingDelivery(state, fresh, now),
  };
  const { budgets } = config;
  return {
    ...session,
    dueAt: dueAt(session, budgets),
    endDueAt: endDueAt(session, budgets),
    outboxDueAt: outboxDueAt(session),
  };
}

/** The same session as the vendor has it. */
export function standingAtVendor(standing: Standing, vendor: VendorName): VendorSession {
  const { state, isStarted } = standing;
  const hasRun = state !== 'created' && (state !== 'starting' || isStarted);
  const unstarted = vendor === 'heygen' ? 'open' : 'named';
  const running = hasRun ? 'live' : unstarted;
  return {
    state: hasEnded(standing) ? 'ended' : running,
    starts: hasRun ? 1 : 0,
    isForgotten: false,
  };
}

function hasEnded({ state }: Standing): boolean {
  return state === 'stopped' || state === 'final' || state === 'delivered';
}

function standingDelivery(
  state: Standing['state'],
  { delivery }: Session,
  now: Date,
): Session['delivery'] {
  if (state === 'created' || state === 'starting') return delivery;
  const linked = { ...delivery, version: 1, deliveredVersion: 1, deliveredAt: now };
  return state === 'final' ? { ...linked, version: 2, nextAttemptAt: now } : linked;
}
