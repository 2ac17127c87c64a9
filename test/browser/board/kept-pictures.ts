import type { BrowserContextOptions } from 'playwright-core';
import { aBill, aBoardSession, aLife, anOverview, before } from '../../support/board-samples.js';
import type { BoardStandIn } from './board-stand-in.js';
import { fillNight, VIEWS } from './board-views.js';

/** A picture of a README: what the board is told, where it is looked at, and what of it is shown. */
export interface KeptPicture {
  /** From the root of the project. */
  readonly file: string;
  readonly options: BrowserContextOptions;
  readonly hash: string;
  fill(standIn: BoardStandIn): void;
  /** What stands at its top, and what at its end; else it is what the window shows. */
  readonly part?: readonly [from: string, to: string];
}

const desk = (height: number) => ({ viewport: { width: 960, height } });
const phone = (height: number) => ({ viewport: { width: 375, height } });

/** Every picture of the boards that a README shows. */
export const KEPT: readonly KeptPicture[] = [
  {
    file: 'apps/board/pictures/now.png',
    options: { ...desk(620), colorScheme: 'light' },
    hash: '#/now',
    fill: fillNight,
  },
  {
    file: 'apps/board/pictures/life.png',
    options: { ...phone(700), colorScheme: 'dark' },
    hash: VIEWS['life'] ?? '',
    fill: fillNight,
    part: ['.lives', '.life:first-of-type .timeline'],
  },
  {
    file: 'apps/pictures/calm.png',
    options: { ...desk(700), colorScheme: 'light' },
    hash: '#/now',
    fill: fillCalm,
    part: ['header', 'main'],
  },
  {
    file: 'apps/pictures/petya-down.png',
    options: { ...phone(660), colorScheme: 'dark' },
    hash: '#/now',
    fill: fillPetyaDown,
  },
  {
    file: 'apps/pictures/life.png',
    options: { ...desk(600), colorScheme: 'light' },
    hash: '#/find/65f1c0d549a1e4f0e8f4',
    fill: fillOneLife,
    part: ['.lives', '.timeline'],
  },
  {
    file: 'apps/pictures/bill.png',
    options: { ...desk(860), colorScheme: 'light' },
    hash: '#/bills/2026-11-28',
    fill: fillBill,
    part: ['h1', '.days'],
  },
];

function fillCalm(standIn: BoardStandIn): void {
  standIn.overview = anOverview({}, Date.now());
}

function fillPetyaDown(standIn: BoardStandIn): void {
  const { sessions } = anOverview();
  standIn.overview = anOverview(
    {
      sessions: { ...sessions, active: 3, created: 0, live: 3, stopped: 0, final: 9 },
      petya: { ...anOverview().petya, reachable: false, oldestWaitingSeconds: 1_080 },
    },
    Date.now(),
  );
}

/** A session that has gone the way of most: six minutes, and Petya has it. */
function fillOneLife(standIn: BoardStandIn): void {
  const nowMs = Date.now();
  const ago = (seconds: number) => before(seconds, nowMs);
  const session = aBoardSession(
    {
      state: 'delivered',
      createdAt: ago(1_630),
      startedAt: ago(1_620),
      endedAt: ago(1_260),
      endReason: 'visitor_ended',
      stoppedBy: 'visitor',
      seconds: 360,
      billed: { seconds: 360, credits: 12, source: 'vendor' },
      version: 2,
      deliveredVersion: 2,
      attempts: 1,
      enteredAt: {
        creating: ago(1_630),
        created: ago(1_629),
        starting: ago(1_622),
        active: ago(1_620),
        stopping: ago(1_262),
        stopped: ago(1_260),
        final: ago(1_256),
        delivered: ago(1_255),
      },
    },
    nowMs,
  );
  const reading = { turns: 14, failures: 0, complete: true, truncated: false };
  standIn.lives = [
    aLife(session, {
      match: 'conversation',
      reading: { ...reading, lastReadAt: ago(1_257) },
      delivery: { firstAttemptAt: ago(1_256), nextAttemptAt: null, deliveredAt: ago(1_255) },
      next: [{ step: 'purge', at: ago(-603_545) }],
    }),
  ];
}

function fillBill(standIn: BoardStandIn): void {
  standIn.bills = [aBill({ madeAt: before(9_000, Date.now()) })];
}
