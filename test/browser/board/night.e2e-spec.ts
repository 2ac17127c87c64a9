import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { dayBefore, inDay } from '../../ilianaai-avatar/reconciliation.js';
import { openAsPlugin, type PluginSession } from '../../stack/plugin.js';
import { until } from '../../support/until.js';
import { courseFaults } from '../../telemetry/judge-alerts.js';
import { AGING_MS, sight, untilShown } from '../../telemetry/sightings.js';
import type { Phase } from '../../telemetry/timeline.js';
import { type BoardPage, PHONE } from './board-page.js';
import { NightWorld } from './night-world.js';
import { onCallRows } from './on-call-page.js';

// Some numbers are read once a minute, and some lateness is told from half a minute on.
jest.setTimeout(300_000);
const MINUTE_MS = 75_000;

interface Metric {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly is: (value: number) => boolean;
}

/** One thing that goes wrong, and what somebody on call is told of it. */
interface Fault {
  /** Its picture has this name. */
  readonly name: string;
  make(): Promise<unknown>;
  /** What the board says first. */
  readonly headline: RegExp;
  /** Where the board leads from there, and what is read there. */
  readonly leads?: readonly [link: string, text: RegExp];
  /** The metric that the alert goes by, and how it is. */
  readonly metric: Metric;
  /** The line of the gateway's log that names it. */
  readonly line: RegExp;
  /** All alerts that fire, and none besides. */
  readonly alerts: readonly string[];
  mend(): Promise<unknown>;
}

let world: NightWorld;
/** Of who is on call: it lies there all night. */
let board: BoardPage;
let well: Phase['seen'];

const gateway = () => world.process('ilianaai-avatar');
const open = (): Promise<PluginSession> => openAsPlugin(world.gateway.stack);
const headline = () => board.page.locator('h1.headline');
const seeNow = (apartMs?: number) => sight(world.addresses, { apartMs });

/** Waits until the board says that nothing is wrong, and that nothing is left to be done. */
async function untilCalm(): Promise<void> {
  await board.go('#/now');
  await headline()
    .filter({ hasText: /^All calm\.$/ })
    .waitFor({ timeout: MINUTE_MS });
  const rest = board.page.locator('.tiles');
  await rest
    .filter({ hasText: /^0 live0 over, on the way to Petya0 parked/ })
    .waitFor({ timeout: MINUTE_MS });
  expect(await board.page.locator('.troubles').isVisible()).toBe(false);
}

/** What was said last lies over the page until it is put away; nothing is scrolled to for that. */
async function putAway(): Promise<void> {
  const said = board.button('Put away');
  if (await said.isVisible()) await said.dispatchEvent('click');
}

/**
 * Reads what the board says, as far as it is on the telephone's screen without a finger.
 * @returns each thing that is wrong, in its own words
 */
async function readBoard({ name, headline: words, leads }: Fault): Promise<string[]> {
  await headline().filter({ hasText: words }).waitFor({ timeout: MINUTE_MS });
  await putAway();
  const troubles = board.page.locator('.troubles li');
  const said = await troubles.locator('span').allInnerTexts();
  for (const part of [headline(), troubles.first()]) {
    const { y = -1, height = 0 } = (await part.boundingBox()) ?? {};
    expect([y, y >= 0 && y + height <= PHONE.height]).toEqual([y, true]);
  }
  expect([await board.overflow(), await board.violations()]).toEqual([0, []]);
  await board.picture(`night-${name}`, false);
  if (leads === undefined) return said;
  const [link, text] = leads;
  await troubles.first().getByRole('link', { name: link }).click();
  await board.page.getByRole('main').getByText(text).first().waitFor();
  await board.picture(`night-${name}-further`, false);
  return said;
}

/** Holds what the page for whoever is on call says of some alerts against the board and the line of the log. */
function expectOnPage(alerts: readonly string[], said: readonly string[], logged: string): void {
  for (const { board: words, words: inLine } of onCallRows(alerts)) {
    expect(said).toContainEqual(expect.stringMatching(words));
    expect(inLine.filter((word) => !logged.includes(word))).toEqual([]);
  }
}

/** Waits for the line of the gateway's log that names a fault. */
function readLog({ line }: Fault): Promise<string> {
  return until('the log names it', async () => {
    const lines = (await gateway().readLog()).split('\n');
    return lines.find((each) => line.test(each));
  });
}

function untilMetric({ metric }: Fault, isThere: boolean): Promise<unknown> {
  const { name, labels, is } = metric;
  const { avatar } = world.gateway.stack.urls;
  return untilShown(avatar, name, (value) => is(value) === isThere, labels, MINUTE_MS);
}

/** Makes a fault, reads board and log, and mends it in any case: the next one begins calm. */
async function see(fault: Fault): Promise<Phase['seen']> {
  try {
    await fault.make();
    await untilMetric(fault, true);
    expectOnPage(fault.alerts, await readBoard(fault), await readLog(fault));
    return await seeNow(AGING_MS);
  } finally {
    await fault.mend();
  }
}

/** Holds that board, log and alerts are calm before a fault, tell of it and of nothing else, and are calm again. */
async function liveThrough(fault: Fault): Promise<void> {
  await untilCalm();
  expect(await gateway().readLog()).not.toMatch(fault.line);
  const seen = await see(fault);
  await untilCalm();
  await untilMetric(fault, false);
  const mended = await seeNow();
  expect(await courseFaults({ well, fault: seen, mended }, fault.alerts)).toBe('');
  well = mended;
}

beforeAll(async () => {
  world = await NightWorld.start();
  board = await world.gateway.at('#/now', { viewport: PHONE });
  const session = await open();
  await session.type('Are you there?');
  await session.stop();
  await untilCalm();
  well = await seeNow(AGING_MS);
}, 300_000);
afterAll(async () => {
  const noted = await world.gateway.closePages();
  await world.stop();
  expect(noted).toEqual([]);
});

describe('at night, whoever is on call is told by alert, board and log', () => {
  it('that Petya is down, and transcripts wait', async () => {
    const session = await open();
    await session.type('Do you have tulips?');
    await liveThrough({
      name: 'petya',
      make: async () => {
        await world.process('petya-avatar-api').stop();
        await session.stop();
      },
      headline: /^Petya does not answer\. A transcript has waited \d+ s for it\.$/,
      leads: ['Waiting transcripts', /^waiting for Petya$/],
      metric: { name: 'avatar_outbox_oldest_seconds', is: (seconds) => seconds > 0 },
      line: / delivery=final .* answer=ECONN/,
      alerts: ['PetyaDown', 'AvatarPetyaUnreachable', 'AvatarOutboxOld'],
      mend: () => world.restart('petya-avatar-api'),
    });
  });

  it('that Petya refuses a transcript for good', async () => {
    const session = await open();
    await session.type('What are your hours?');
    await liveThrough({
      name: 'parked',
      make: async () => {
        world.petya.fault('status', { kind: 'answer', status: 422 }, Infinity);
        await session.stop();
      },
      headline: /^Petya refuses 1 transcript\.$/,
      leads: ['Parked transcripts', /^status 422$/],
      metric: { name: 'avatar_deliveries_parked', is: (count) => count > 0 },
      line: / delivery=parked .* answer=status 422/,
      alerts: ['AvatarDeliveriesParked'],
      mend: async () => {
        world.petya.heal();
        await board.go('#/parked');
        await board.button(/^Release/).click();
        await board.untilSaid('its transcript is given to Petya again.');
      },
    });
  });

  it('that the vendor is away, with a session that cannot be ended', async () => {
    const session = await open();
    await session.type('Show me the roses.');
    await liveThrough({
      name: 'vendor',
      make: async () => {
        await world.process('vendor-simulator').stop();
        await session.stop();
      },
      headline: /^2 things need you: money and vendor\.$/,
      leads: ['Live sessions', /^ending$/],
      metric: {
        name: 'avatar_circuit_open',
        labels: { peer: 'liveavatar' },
        is: (isOpen) => isOpen === 1,
      },
      line: / stopFailed=vendor_/,
      alerts: ['AvatarVendorUnreachable', 'AvatarEndingsLate'],
      mend: () => world.restart('vendor-simulator'),
    });
  });

  it('that the vendor bills what nobody here knows', async () => {
    const { vendor } = world.gateway;
    const yesterday = dayBefore(1);
    const compare = async (found: RegExp) => {
      await board.go('#/bills');
      await board.button("Compare yesterday's again").click();
      await board.page.locator('.days').getByText(found).first().waitFor();
      await board.go('#/now');
    };
    await liveThrough({
      name: 'bills',
      make: async () => {
        const times = { startedAt: inDay(yesterday, 0), endedAt: inDay(yesterday, 600) };
        await vendor.enter([{ ...times, credits: 20 }]);
        await compare(/^1 session differs$/);
      },
      headline: /^Yesterday's bill differs for 1 session\.$/,
      leads: ["Yesterday's bill", /^Only at the vendor$/],
      metric: { name: 'avatar_reconcile_difference_seconds', is: (seconds) => seconds > 60 },
      line: new RegExp(` compared=${yesterday} .*"missing_here":1`),
      alerts: ['AvatarBillsDiffer'],
      mend: async () => {
        await vendor.reset();
        await compare(/^nothing differs$/);
      },
    });
  });

  it('that the gateway’s database is gone', async () => {
    await liveThrough({
      name: 'database',
      make: () => Promise.resolve(world.database.mute()),
      headline: /^These counts are \d+ s old: the database is slow or away\.$/,
      metric: { name: 'database_ready', is: (isReady) => isReady === 0 },
      line: / databaseGone=/,
      alerts: ['AvatarDatabaseGone'],
      mend: () => Promise.resolve(world.database.heal()),
    });
  });
});
