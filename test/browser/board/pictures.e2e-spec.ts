import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import {
  aBill,
  aBoardSession,
  aLife,
  anOpening,
  anOverview,
  aUsage,
  before,
} from '../../support/board-samples.js';
import { DESK, PHONE } from './board-page.js';
import { TOKEN } from './board-stand-in.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

const SIZES: Readonly<Record<string, BrowserContextOptions>> = {
  desk: { viewport: DESK, colorScheme: 'light' },
  'desk-dark': { viewport: DESK, colorScheme: 'dark' },
  phone: { viewport: PHONE, colorScheme: 'light' },
  'phone-dark': { viewport: PHONE, colorScheme: 'dark' },
};

const VIEWS: Readonly<Record<string, string>> = {
  now: '#/now',
  live: '#/live',
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
function fill(): void {
  const { standIn } = boards;
  const nowMs = Date.now();
  const ago = (seconds: number) => before(seconds, nowMs);
  standIn.overview = anOverview(
    {
      sessions: { ...anOverview().sessions, parked: 2 },
      petya: { reachable: true, oldestWaitingSeconds: 740 },
      opening: anOpening({
        paused: true,
        by: 'anna',
        setAt: ago(1_200),
        until: ago(-2_400),
        reason: 'The vendor says that it changes its rooms',
      }),
    },
    nowMs,
  );
  const accounts = ['acc_holm', 'acc_bakery', 'acc_holm', 'acc_travel-and-more', 'acc_holm'];
  standIn.sessions.live = accounts.map((accountId, at) =>
    aBoardSession(
      {
        accountId,
        seconds: 191 + at * 77,
        startedAt: ago(191 + at * 77),
        seenAt: ago(3 + at),
        state: at === 3 ? 'stopping' : 'active',
        origin: at === 4 ? null : 'https://www.holm.example',
      },
      nowMs,
    ),
  );
  const over = { endedAt: ago(64), endReason: 'visitor_left', stoppedBy: 'gateway' } as const;
  standIn.sessions.waiting = [
    aBoardSession({ ...over, state: 'final', attempts: 3, lastError: 'status 503' }, nowMs),
    aBoardSession({ ...over, state: 'stopped' }, nowMs),
  ];
  standIn.sessions.parked = [
    aBoardSession({ ...over, state: 'parked', attempts: 4, lastError: 'status 409' }, nowMs),
    aBoardSession({ ...over, state: 'parked', attempts: 4, lastError: 'status 422' }, nowMs),
  ];
  const stopped = aBoardSession(
    {
      state: 'stopping',
      stoppedBy: 'operator',
      stoppedByName: 'anna',
      enteredAt: { creating: ago(195), created: ago(194), starting: ago(192), active: ago(191) },
    },
    nowMs,
  );
  const delivered = aBoardSession(
    {
      ...over,
      state: 'delivered',
      billed: { seconds: 161, credits: 6, source: 'vendor' },
      version: 2,
      deliveredVersion: 2,
      attempts: 1,
      enteredAt: {
        creating: ago(4_000),
        created: ago(3_999),
        starting: ago(3_996),
        active: ago(3_990),
        stopping: ago(3_829),
        stopped: ago(3_827),
        final: ago(3_820),
        delivered: ago(3_819),
      },
    },
    nowMs,
  );
  standIn.lives = [
    aLife(stopped, {
      match: 'conversation',
      stop: { at: ago(12), attempts: 2, nextAt: ago(-4) },
      lease: { owner: 'e1f0', lane: 'end', until: ago(-11) },
      next: [{ step: 'stop', at: ago(-4) }],
    }),
    aLife(delivered, {
      match: 'conversation',
      reading: { turns: 14, lastReadAt: ago(3_821), failures: 0, complete: true, truncated: false },
      delivery: { firstAttemptAt: ago(3_820), nextAttemptAt: null, deliveredAt: ago(3_819) },
      next: [{ step: 'purge', at: ago(-600_000) }],
    }),
  ];
  const days = Array.from({ length: 24 }, (_, at) => ({
    day: `2026-11-${String(at + 1).padStart(2, '0')}`,
    sessions: 3 + ((at * 7) % 11),
    seconds: 600 + ((at * 1_237) % 4_100),
    credits: 20 + at,
  }));
  standIn.usage = aUsage({
    days,
    total: { sessions: 190, seconds: 61_000, credits: 2_130 },
  });
  standIn.bills = [
    aBill({ madeAt: ago(9_000) }),
    aBill({ day: '2026-11-27', differing: 0, madeAt: ago(99_000) }),
  ];
}

describe.each(Object.entries(SIZES))('pictures, %s', (size, options) => {
  beforeEach(fill);

  it('of every view', async () => {
    const { standIn } = boards;
    const board = await boards.atDoor(options);
    await board.picture(`${size}-0-sign-in`);
    await board.signIn(TOKEN);
    for (const [at, [name, hash]] of Object.entries(VIEWS).entries()) {
      await board.go(hash);
      await board.page.waitForLoadState('networkidle');
      await board.picture(`${size}-${at + 1}-${name}`);
      expect([name, await board.overflow()]).toEqual([name, 0]);
    }
    await board.go('#/live');
    await board
      .button(/^Stop session .* …$/)
      .first()
      .click();
    await board.picture(`${size}-11-stop`, false);
    await board.page.keyboard.press('Escape');
    await board.button('Stop all sessions …').click();
    await board.dialog.getByLabel('How many are live now').fill('12');
    await board.page.keyboard.press('Enter');
    await board.dialog.getByText('Nothing was stopped.').first().waitFor();
    await board.picture(`${size}-12-stop-all`, false);
    await board.page.keyboard.press('Escape');
    standIn.isCut = true;
    await board.page.getByText('Cannot reach the gateway since').first().waitFor();
    await board.picture(`${size}-13-unreached`, false);
    standIn.isCut = false;
  });
});
