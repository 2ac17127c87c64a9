import type {
  AdminSessionDto,
  LifeDto,
  OpeningDto,
  OverviewDto,
  ReconciliationDto,
  UsageDto,
} from '#contracts';

/** When everything below is looked at. */
export const NOW = '2026-11-29T03:12:04.000Z';
export const NOW_MS = Date.parse(NOW);

/** An instant so many seconds before that. */
export function before(seconds: number, nowMs = NOW_MS): string {
  return new Date(nowMs - seconds * 1000).toISOString();
}

export function anOpening(change: Partial<OpeningDto> = {}): OpeningDto {
  return { paused: false, reason: null, until: null, by: null, setAt: null, ...change };
}

/** All calm, but for what a test changes. */
export function anOverview(change: Partial<OverviewDto> = {}, nowMs = NOW_MS): OverviewDto {
  return {
    readAt: before(2, nowMs),
    you: 'anna',
    sessions: {
      creating: 0,
      created: 1,
      starting: 0,
      active: 11,
      stopping: 0,
      stopped: 1,
      final: 2,
      parked: 0,
      live: 12,
    },
    lagSeconds: { end: 0, life: 0.4, outbox: 0 },
    petya: { reachable: true, oldestWaitingSeconds: 3, boardUrl: 'http://127.0.0.1:5001' },
    usedSeconds: { today: 8_040, month: 412_300 },
    opening: anOpening(),
    vendors: [
      {
        name: 'liveavatar',
        creditsLeft: 18_240.5,
        creditsReadAt: before(40, nowMs),
        reachable: true,
      },
    ],
    reconciliation: {
      yesterday: { day: '2026-11-28', madeAt: before(9_000, nowMs), differing: 0 },
    },
    ...change,
  };
}

let sessions = 0;

/** Ids are random: their first digits tell them apart. */
function idStart(count: number): string {
  return ((count * 2_654_435_761) % 0x1_0000_0000).toString(16).padStart(8, '0');
}

/** A session that runs for three minutes. */
export function aBoardSession(
  change: Partial<AdminSessionDto> = {},
  nowMs = NOW_MS,
): AdminSessionDto {
  sessions += 1;
  const number = sessions.toString(16).padStart(4, '0');
  return {
    id: `${idStart(sessions)}7a339b1f0123456789ab${number}`,
    sessionId: `b1946ac9-2492-4347-a235-b4d2611${number}`,
    accountId: 'acc_holm',
    conversationId: `65f1c0d549a1e4f0e8f4${number}`,
    state: 'active',
    createdAt: before(195, nowMs),
    startedAt: before(191, nowMs),
    endedAt: null,
    endReason: null,
    stoppedBy: null,
    stoppedByName: null,
    origin: 'https://www.holm.example',
    seenAt: before(6, nowMs),
    seconds: 191,
    enteredAt: {
      creating: before(195, nowMs),
      created: before(194, nowMs),
      starting: before(192, nowMs),
      active: before(191, nowMs),
    },
    billed: null,
    version: 1,
    deliveredVersion: 0,
    attempts: 0,
    lastError: null,
    ...change,
  };
}

/** What it is when it is over and Petya has it. */
export const OVER: Partial<AdminSessionDto> = {
  state: 'delivered',
  endedAt: before(30),
  endReason: 'visitor_left',
  stoppedBy: 'gateway',
  billed: { seconds: 161, credits: 6, source: 'vendor' },
  version: 2,
  deliveredVersion: 2,
  attempts: 1,
};

export function aLife(session: AdminSessionDto, change: Partial<LifeDto> = {}): LifeDto {
  return {
    session,
    match: 'id',
    vendor: 'liveavatar',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    lease: null,
    next: [],
    stop: null,
    reading: { turns: 7, lastReadAt: null, failures: 0, complete: false, truncated: false },
    delivery: { firstAttemptAt: null, nextAttemptAt: null, deliveredAt: null },
    erasedAt: null,
    purgedAt: null,
    ...change,
  };
}

export function aUsage(change: Partial<UsageDto> = {}): UsageDto {
  const days = [
    { day: '2026-11-02', sessions: 4, seconds: 1_210, credits: 44 },
    { day: '2026-11-03', sessions: 9, seconds: 3_004, credits: 106 },
    { day: '2026-11-17', sessions: 1, seconds: 61, credits: 4 },
  ];
  return {
    accountId: 'acc_holm',
    from: '2026-11-01',
    to: '2026-11-30',
    timeZone: 'UTC',
    total: { sessions: 14, seconds: 4_275, credits: 154 },
    days,
    ...change,
  };
}

export function aBill(change: Partial<ReconciliationDto> = {}): ReconciliationDto {
  return {
    day: '2026-11-28',
    vendor: 'liveavatar',
    madeAt: before(9_000),
    sums: { sessions: 41, seconds: 8_190, vendorSessions: 42, vendorSeconds: 8_250, credits: 291 },
    verdicts: {
      equal: 40,
      seconds_differ: 1,
      ours_failed_but_billed: 0,
      missing_here: 1,
      missing_there: 0,
      still_running: 0,
    },
    differing: 2,
    truncated: false,
    rows: [
      {
        verdict: 'seconds_differ',
        id: '0f6d4c1e7a339b1f0123456789ab0001',
        sessionId: 'b1946ac9-2492-4347-a235-b4d26110001',
        accountId: 'acc_holm',
        startedAt: '2026-11-28T10:00:00.000Z',
        seconds: 191,
        vendorSeconds: 193,
        credits: 8,
      },
      {
        verdict: 'missing_here',
        id: null,
        sessionId: 'c2527536-6d1f-4412-a643-53a3497dada9',
        accountId: null,
        startedAt: '2026-11-28T11:00:00.000Z',
        seconds: null,
        vendorSeconds: 60,
        credits: 2,
      },
    ],
    ...change,
  };
}
