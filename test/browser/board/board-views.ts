import type { AdminSessionDto } from '#contracts';
import {
  aBill,
  aBoardSession,
  aLife,
  anOpening,
  anOverview,
  aUsage,
  before,
} from '../../support/board-samples.js';
import type { BoardStandIn } from './board-stand-in.js';

/** Every view of the gateway's board, by its address. */
export const VIEWS: Readonly<Record<string, string>> = {
  now: '#/now',
  live: '#/live',
  account: '#/live/acc_holm',
  waiting: '#/waiting',
  parked: '#/parked',
  find: '#/find',
  life: '#/find/65f1c0d549a1e4f0e8f4',
  opening: '#/opening',
  usage: '#/usage/acc_holm/2026-11-01/2026-11-30',
  bills: '#/bills',
  bill: '#/bills/2026-11-28',
};

/** A night as it may be: most is well, and some is not. */
export function fillNight(standIn: BoardStandIn): void {
  const nowMs = Date.now();
  const ago = (seconds: number) => before(seconds, nowMs);
  standIn.overview = anOverview(
    {
      sessions: { ...anOverview().sessions, parked: 2 },
      petya: { ...anOverview().petya, oldestWaitingSeconds: 1_240 },
      opening: anOpening({
        paused: true,
        by: 'anna',
        setAt: ago(1_200),
        until: ago(-2_400),
        reason: 'The vendor moves its rooms',
      }),
    },
    nowMs,
  );
  fillLists(standIn, nowMs);
  fillLives(standIn, nowMs);
  const days = Array.from({ length: 24 }, (_, at) => ({
    day: `2026-11-${String(at + 1).padStart(2, '0')}`,
    sessions: 3 + ((at * 7) % 11),
    seconds: 600 + ((at * 1_237) % 4_100),
    credits: 20 + at,
  }));
  standIn.usage = aUsage({ days, total: { sessions: 190, seconds: 61_000, credits: 2_130 } });
  standIn.bills = [
    aBill({ madeAt: ago(9_000) }),
    aBill({ day: '2026-11-27', differing: 0, madeAt: ago(99_000) }),
  ];
}

function ended(nowMs: number): Partial<AdminSessionDto> {
  return { endedAt: before(64, nowMs), endReason: 'visitor_left', stoppedBy: 'gateway' };
}

function fillLists({ sessions }: BoardStandIn, nowMs: number): void {
  const accounts = ['acc_holm', 'acc_bakery', 'acc_holm', 'acc_travel-and-more', 'acc_holm'];
  sessions.live = accounts.map((accountId, at) =>
    aBoardSession(
      {
        accountId,
        seconds: 191 + at * 77,
        startedAt: before(191 + at * 77, nowMs),
        seenAt: before(3 + at, nowMs),
        state: at === 3 ? 'stopping' : 'active',
        origin: at === 4 ? null : 'https://www.holm.example',
      },
      nowMs,
    ),
  );
  const over = ended(nowMs);
  sessions.waiting = [
    aBoardSession({ ...over, state: 'final', attempts: 3, lastError: 'status 503' }, nowMs),
    aBoardSession({ ...over, state: 'stopped' }, nowMs),
  ];
  sessions.parked = [
    aBoardSession({ ...over, state: 'parked', attempts: 4, lastError: 'status 409' }, nowMs),
    aBoardSession({ ...over, state: 'parked', attempts: 4, lastError: 'status 422' }, nowMs),
  ];
}

function fillLives(standIn: BoardStandIn, nowMs: number): void {
  const ago = (seconds: number) => before(seconds, nowMs);
  const stopped = aBoardSession(
    { state: 'stopping', stoppedBy: 'operator', stoppedByName: 'anna' },
    nowMs,
  );
  const enteredAt = {
    creating: ago(4_000),
    created: ago(3_999),
    starting: ago(3_996),
    active: ago(3_990),
    stopping: ago(3_829),
    stopped: ago(3_827),
    final: ago(3_820),
    delivered: ago(3_819),
  };
  const delivered = aBoardSession(
    {
      ...ended(nowMs),
      state: 'delivered',
      billed: { seconds: 161, credits: 6, source: 'vendor' },
      version: 2,
      deliveredVersion: 2,
      attempts: 1,
      enteredAt,
    },
    nowMs,
  );
  standIn.lives = [
    aLife(stopped, {
      match: 'conversation',
      stop: { at: ago(12), attempts: 2, nextAt: ago(-4) },
      lease: { owner: 'e1f0c2d4', lane: 'end', until: ago(-11) },
      next: [{ step: 'stop', at: ago(-4) }],
    }),
    aLife(delivered, {
      match: 'conversation',
      reading: { turns: 14, lastReadAt: ago(3_821), failures: 0, complete: true, truncated: false },
      delivery: { firstAttemptAt: ago(3_820), nextAttemptAt: null, deliveredAt: ago(3_819) },
      next: [{ step: 'purge', at: ago(-600_000) }],
    }),
  ];
}
