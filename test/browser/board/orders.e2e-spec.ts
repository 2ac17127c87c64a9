import { describe, expect, it } from '@jest/globals';
import { aBoardSession, aLife, anOpening, OVER } from '../../support/board-samples.js';
import { until } from '../../support/until.js';
import type { BoardPage } from './board-page.js';
import { type BoardCall, problem } from './board-stand-in.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

const some = (count: number, accountId = 'acc_holm') =>
  Array.from({ length: count }, () => aBoardSession({ accountId }, Date.now()));

/** Goes on with the Tab key until something has the focus whose name begins so. */
async function tabTo(board: BoardPage, name: string): Promise<void> {
  for (let times = 0; times < 80; times += 1) {
    if ((await focusedName(board)).startsWith(name)) return;
    await board.page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not lead to ${name}`);
}

/** The name of what has the focus: of a field, what its label says. */
function focusedName({ page }: BoardPage): Promise<string> {
  return page.evaluate<string>(`(() => {
    const { activeElement: element } = document;
    const label = element.labels?.[0]?.textContent;
    return label ?? element.getAttribute('aria-label') ?? element.textContent;
  })()`);
}

const press = (board: BoardPage, key: string) => board.page.keyboard.press(key);

/** The one order that has come, and how the board has gone on by the keyboard alone. */
async function onlyOrder(method = 'POST'): Promise<BoardCall> {
  const { standIn } = boards;
  await until('the order has come', async () => standIn.callsOf(method).length > 0);
  expect(standIn.callsOf(method)).toHaveLength(1);
  return standIn.callsOf(method)[0] ?? { method, path: 'none', body: undefined };
}

/** Keeps orders waiting. @returns answers them, so */
function holdOrder(told: ReturnType<typeof problem>): () => void {
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  boards.standIn.script = async ({ method }) => {
    if (method !== 'POST') return null;
    await held;
    return told;
  };
  return () => answer();
}

async function untilTurns(times: number): Promise<void> {
  const { standIn } = boards;
  const wanted = standIn.callsOf('GET', 'overview').length + times;
  await until('it is asked again', async () => standIn.callsOf('GET', 'overview').length >= wanted);
}

describe('every order, by the keyboard alone:', () => {
  it('a session is stopped, after a question that names it', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(2);
    const [, second] = standIn.sessions.live;
    const board = await boards.at('#/live');
    await board.page.locator('tbody tr').nth(1).waitFor();
    await tabTo(board, `Stop … session ${second?.id.slice(0, 8)}`);
    await press(board, 'Enter');
    await board.dialog.getByText(second?.id ?? '').waitFor();
    await board.dialog.getByText('acc_holm').waitFor();
    expect(await focusedName(board)).toBe('Let it run');
    await press(board, 'Enter');
    expect([await board.dialog.count(), standIn.callsOf('POST')]).toEqual([0, []]);
    expect(await focusedName(board)).toContain(`Stop … session ${second?.id.slice(0, 8)}`);
    await press(board, 'Enter');
    await tabTo(board, 'Stop the session');
    await press(board, 'Enter');
    await board.untilSaid(/^Session \w+… of acc_holm: ending\./);
    expect(await onlyOrder()).toMatchObject({ path: `sessions/${second?.id}/stop` });
    expect(await board.dialog.count()).toBe(0);
  });

  it('all sessions are stopped by their number, and none by another one', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(3);
    const board = await boards.at('#/live');
    await board.page.locator('tbody tr').nth(2).waitFor();
    await tabTo(board, 'Stop all sessions …');
    await press(board, 'Enter');
    expect(await focusedName(board)).toBe('How many are live now');
    await board.page.keyboard.type('12');
    await press(board, 'Enter');
    const alert = board.dialog.getByRole('alert');
    await alert
      .filter({ hasText: 'Live now: 3. Another number was expected, so none was stopped.' })
      .waitFor();
    await alert.filter({ hasText: 'confirm their number' }).waitFor();
    await tabTo(board, 'How many are live now');
    await press(board, 'Control+A');
    await board.page.keyboard.type('3');
    await press(board, 'Enter');
    await board.untilSaid('3 sessions are ending.');
    expect(standIn.callsOf('POST').map(({ path, body }) => [path, body])).toEqual([
      ['stops', { all: true, expected: 12 }],
      ['stops', { all: true, expected: 3 }],
    ]);
  });

  it('what is no number is refused in the words of the gateway', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(1);
    standIn.script = ({ body }) =>
      (body as { expected?: unknown } | undefined)?.expected === 'many'
        ? problem(422, 'invalid_input', 'The input was refused: /expected must be a whole number.')
        : null;
    const board = await boards.at('#/live');
    await board.button('Stop all sessions …').click();
    await board.page.keyboard.type('many');
    await press(board, 'Enter');
    await board.dialog
      .getByRole('alert')
      .filter({ hasText: '/expected must be a whole number. Change what' })
      .waitFor();
  });

  it('an account’s are stopped as they are seen', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(2);
    const board = await boards.at('#/live/acc_holm');
    await board.page.locator('tbody tr').nth(1).waitFor();
    await tabTo(board, "Stop this account's sessions …");
    await press(board, 'Enter');
    await board.dialog.getByText('2 sessions of acc_holm.').waitFor();
    await tabTo(board, 'Stop 2 sessions');
    await press(board, 'Enter');
    await board.untilSaid('2 sessions are ending.');
    expect((await onlyOrder()).body).toEqual({ accountId: 'acc_holm', expected: 2 });
  });

  it('an account’s that are more than a page are stopped by their number', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(60);
    const board = await boards.at('#/live/acc_holm');
    await board.page.getByText('50 sessions on page 1.').waitFor();
    await tabTo(board, "Stop this account's sessions …");
    await press(board, 'Enter');
    await board.dialog.getByText('More sessions than a page has of acc_holm.').waitFor();
    await board.page.keyboard.type('60');
    await press(board, 'Enter');
    await board.untilSaid('60 sessions are ending.');
    expect((await onlyOrder()).body).toEqual({ accountId: 'acc_holm', expected: 60 });
  });

  it('what could not be recorded is told', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(3);
    standIn.script = ({ path }) => (path === 'stops' ? { body: { stopped: 1, failed: 2 } } : null);
    const board = await boards.at('#/live');
    await board.button('Stop all sessions …').click();
    await board.page.keyboard.type('3');
    await press(board, 'Enter');
    await board.untilSaid('1 session is ending. 2 could not be recorded: stop them again.');
  });

  it('a parked transcript is released', async () => {
    const { standIn } = boards;
    const parked = aBoardSession({ ...OVER, state: 'parked', lastError: 'status 409' });
    standIn.sessions.parked = [parked];
    const board = await boards.at('#/parked');
    await board.page.getByText('status 409').waitFor();
    await tabTo(board, 'Release session');
    await press(board, 'Enter');
    await board.untilSaid('its transcript is given to Petya again.');
    await board.page.getByText('Petya refuses none.').waitFor();
    expect((await onlyOrder()).path).toBe(`sessions/${parked.id}/release`);
    expect(await focusedName(board)).toBe('Parked transcripts');
  });

  it.each([
    ['active', 'Stop …', 'stop', 'ending.'],
    ['parked', 'Release', 'release', 'given to Petya again.'],
    ['delivered', 'Deliver again', 'redeliver', 'given to Petya once more.'],
  ] as const)('of a life that is %s: %s', async (state, order, path, said) => {
    const { standIn } = boards;
    const session = aBoardSession({ ...(state === 'active' ? {} : OVER), state });
    standIn.lives = [aLife(session)];
    const board = await boards.at('#/find');
    await tabTo(board, 'Any id of a session');
    await board.page.keyboard.type(session.id);
    await press(board, 'Enter');
    await board.page.getByText('One session has this id.').waitFor();
    const offered = await board.page.locator('.life .buttons button:visible').allTextContents();
    expect(offered).toEqual([order]);
    await tabTo(board, order);
    await press(board, 'Enter');
    if (state === 'active') {
      await tabTo(board, 'Stop the session');
      await press(board, 'Enter');
    }
    await board.untilSaid(said);
    expect((await onlyOrder()).path).toBe(`sessions/${session.id}/${path}`);
    expect(await board.page.evaluate<string>('location.hash')).toBe(`#/find/${session.id}`);
  });

  it('opening is paused with a reason and an end, shown on every view, and resumed', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/opening');
    await board.page.getByText('Visitors can open sessions.').last().waitFor();
    await tabTo(board, 'Why');
    await board.page.keyboard.type('The vendor moves its rooms');
    await press(board, 'Tab');
    await board.page.keyboard.type('4');
    await tabTo(board, 'Pause …');
    await press(board, 'Enter');
    await board.dialog.getByText('For how long: 4 hours.').waitFor();
    await tabTo(board, 'Pause opening');
    const asked = Date.now();
    await press(board, 'Enter');
    await board.untilSaid('Opening is paused: within seconds nobody can open a session.');
    const { body } = await onlyOrder('PUT');
    const { until: end, ...rest } = body as { until: string };
    expect(rest).toEqual({ paused: true, reason: 'The vendor moves its rooms' });
    expect(Math.abs(Date.parse(end) - asked - 4 * 3_600_000)).toBeLessThan(60_000);
    for (const name of ['Now', 'Live', 'Waiting', 'Parked', 'Find', 'Usage', 'Bills']) {
      await board.page
        .getByRole('navigation')
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .click();
      await board.page
        .locator('.standing')
        .getByText(/Opening is paused by anna since .*: The vendor moves its rooms/)
        .waitFor();
    }
    await tabTo(board, 'Resume');
    await press(board, 'Enter');
    await board.untilSaid('Opening is resumed');
    expect(standIn.callsOf('PUT').at(-1)?.body).toEqual({ paused: false });
    await board.page.getByText('Visitors can open sessions.').first().waitFor();
  });

  it('opening is paused until somebody resumes it, without a reason', async () => {
    const board = await boards.at('#/opening');
    await board.page.getByLabel('For how long').selectOption('until somebody resumes it');
    await board.button('Pause …').click();
    await board.button('Pause opening').click();
    expect((await onlyOrder('PUT')).body).toEqual({ paused: true });
  });

  it('yesterday’s bill is compared again, and a report that takes long is waited for', async () => {
    const { standIn } = boards;
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    standIn.script = ({ method }) =>
      method === 'POST' ? { status: 202, body: { day: yesterday, state: 'running' } } : null;
    const board = await boards.at('#/bills');
    await tabTo(board, "Compare yesterday's again");
    await press(board, 'Enter');
    await board.untilSaid(`${yesterday} is being compared: its report comes here.`);
    expect((await onlyOrder()).path).toBe(`reconciliations/${yesterday}`);
  });

  it('a day’s bill that takes long to be compared is waited for, and shown when it is there', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/bills/2026-11-28');
    await board.page.getByText('2 sessions differ').waitFor();
    standIn.script = ({ method }) =>
      method === 'POST' ? { status: 202, body: { day: '2026-11-28', state: 'running' } } : null;
    await board.button('Compare it again').click();
    await board.untilSaid('2026-11-28 is being compared: its report comes here.');
    const asked = standIn.callsOf('GET', 'reconciliations').length;
    await until('it is asked for again, and again', async () => {
      return standIn.callsOf('GET', 'reconciliations').length >= asked + 2;
    });
    const madeAt = new Date().toISOString();
    standIn.bills = standIn.bills.map((bill) => ({ ...bill, madeAt, differing: 0, rows: [] }));
    await board.page.getByText('nothing differs', { exact: true }).waitFor();
    // From then on it stands, and counts on.
    await board.page.getByText(/^([2-9]|\d\d) s ago$/).waitFor();
    const enough = standIn.callsOf('GET', 'reconciliations').length;
    await untilTurns(2);
    expect(standIn.callsOf('GET', 'reconciliations')).toHaveLength(enough);
  });

  it('a day’s bill is compared again, and shown anew', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/bills');
    await tabTo(board, '2026-11-28, liveavatar');
    await press(board, 'Enter');
    await board.heading('Bill of 2026-11-28').waitFor();
    expect(await focusedName(board)).toBe('Bill of 2026-11-28');
    await board.page.getByText('2 sessions differ').waitFor();
    standIn.bills = standIn.bills.map((bill) => ({ ...bill, differing: 0, rows: [] }));
    await tabTo(board, 'Compare it again');
    await press(board, 'Enter');
    await board.untilSaid('2026-11-28 is compared: nothing differs.');
    await board.page.getByText('nothing differs', { exact: true }).waitFor();
    expect(await board.page.getByText('Only at the vendor').count()).toBe(1);
  });

  it('usage is asked for once, by day, and again where one wants it', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/usage');
    await tabTo(board, 'Account');
    await board.page.keyboard.type('acc_holm');
    await press(board, 'Enter');
    await board.heading('Usage of acc_holm').waitFor();
    const chart = board.page.getByRole('img', {
      name: /^71 min from 2026-11-01 to 2026-11-30; the most, 50 min/,
    });
    await chart.waitFor();
    expect(await chart.locator('rect').count()).toBe(30);
    await tabTo(board, 'As a table');
    await press(board, 'Enter');
    expect(await board.page.getByRole('row').count()).toBe(31);
    await until('some turns pass', async () => standIn.callsOf('GET', 'overview').length > 4);
    expect(standIn.callsOf('GET', 'usage')).toHaveLength(1);
    await tabTo(board, 'Show');
    await until('the button', async () => (await focusedName(board)) === 'Show');
    await press(board, 'Enter');
    await until('it is asked again', async () => standIn.callsOf('GET', 'usage').length === 2);
  });

  it('one gets past the navigation with one key, and out', async () => {
    const board = await boards.at('#/live');
    await board.page.getByText('No session is live.').waitFor();
    await press(board, 'Tab');
    expect(await focusedName(board)).toBe('To the content');
    await press(board, 'Enter');
    expect(await focusedName(board)).toBe('Live sessions');
    await tabTo(board, 'Sign out');
    await press(board, 'Enter');
    await board.page.getByText('You are signed out.').waitFor();
  });
});

describe('an order', () => {
  it('is one call, however fast it is pressed, and says that it is under way', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(1);
    const board = await boards.at('#/live');
    await board.button(/^Stop … session/).click();
    const answer = holdOrder({ body: { ...standIn.sessions.live[0], state: 'stopping' } });
    const stop = board.dialog.locator('button.danger');
    await stop.dblclick();
    await stop.click({ force: true });
    expect([await stop.textContent(), await stop.getAttribute('aria-disabled')]).toEqual([
      'Stopping …',
      'true',
    ]);
    answer();
    await until('the dialog is gone', async () => (await board.dialog.count()) === 0);
    await onlyOrder();
  });

  it('that fails when its dialog was left is told of all the same', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(1);
    const board = await boards.at('#/live');
    await board.button(/^Stop … session/).click();
    const refusal = problem(503, 'unavailable', 'The service cannot reach its database.');
    const answer = holdOrder(refusal);
    await board.dialog.locator('button.danger').click();
    // It is sent: nothing keeps it from its way any more.
    expect(await board.dialog.getByRole('button', { name: 'Let it run' }).count()).toBe(0);
    await board.dialog.getByRole('button', { name: 'Close' }).click();
    answer();
    await board.untilSaid('The service cannot reach its database.');
  });

  it('gives the focus to its row, or to the heading, where its button goes', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(2);
    const [session] = standIn.sessions.live;
    const board = await boards.at('#/live');
    await board
      .button(/^Stop … session/)
      .first()
      .click();
    await board.button('Stop the session').click();
    await board.untilSaid('ending.');
    const link = `document.activeElement.matches('a') && document.activeElement.textContent`;
    const linked = () => board.page.evaluate<string | false>(link);
    await until('the row has it', async () =>
      String(await linked()).startsWith(session?.id.slice(0, 8) ?? '?'),
    );
    standIn.setOpening({ paused: true });
    await board.button('Resume').focus();
    await board.page.keyboard.press('Enter');
    await board.untilSaid('Opening is resumed');
    await until('the words beside it have it', async () =>
      String(await linked()).includes('Visitors can open sessions'),
    );
  });

  it('takes the number of many as the board writes it', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(1_234);
    const board = await boards.at('#/live');
    await board.button('Stop all sessions …').click();
    await board.dialog.getByLabel('How many are live now').fill('1,234');
    await board.button('Stop them all').click();
    await until('it is ordered', async () => standIn.callsOf('POST', 'stops').length === 1);
    expect(standIn.callsOf('POST', 'stops')[0]?.body).toEqual({ all: true, expected: 1_234 });
  });

  it('that asks nothing before is one call as well', async () => {
    const { standIn } = boards;
    standIn.setOpening({ paused: true });
    const board = await boards.at('#/live');
    await board.button('Resume').dblclick();
    await board.untilSaid('Opening is resumed');
    await onlyOrder('PUT');
  });

  it('that fails says why and what to do, and can be given again', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(1);
    const board = await boards.at('#/live');
    await board.button(/^Stop … session/).click();
    const alert = board.dialog.getByRole('alert');
    standIn.script = ({ method }) =>
      method === 'POST'
        ? problem(503, 'busy', 'The service has more to do than it can answer in time.', {
            'Retry-After': '2',
          })
        : null;
    await board.button('Stop the session').click();
    await alert
      .filter({ hasText: 'more to do than it can answer in time. Try again in 2 s.' })
      .waitFor();
    standIn.isCut = true;
    await board.button('Stop the session').click();
    await alert
      .filter({ hasText: 'There was no answer. Whether it was done is not known.' })
      .waitFor();
    standIn.isCut = false;
    standIn.script = () => null;
    await board.button('Stop the session').click();
    await board.untilSaid('ending.');
  });

  it('that fails without a question says so in its place, which one puts away', async () => {
    const { standIn } = boards;
    standIn.sessions.parked = [aBoardSession({ ...OVER, state: 'parked' })];
    standIn.script = ({ method }) =>
      method === 'POST'
        ? problem(409, 'not_parked', 'Only a parked session can be released.')
        : null;
    const board = await boards.at('#/parked');
    await board.button(/^Release session/).click();
    await board.untilSaid('Only a parked session can be released. It is not parked any more');
    await board.button('Put away').click();
    await board.page.locator('.said').waitFor({ state: 'hidden' });
  });

  it('is given up by Escape, and its dialog lets nothing behind it be pressed', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(1);
    const board = await boards.at('#/live');
    await board.button(/^Stop … session/).click();
    for (let times = 0; times < 6; times += 1) {
      await press(board, 'Tab');
      const isInside = await board.page.evaluate<boolean>(
        `document.activeElement === document.body || document.activeElement.closest('dialog') !== null`,
      );
      expect(isInside).toBe(true);
    }
    await press(board, 'Escape');
    expect([await board.dialog.count(), standIn.callsOf('POST')]).toEqual([0, []]);
    expect(await focusedName(board)).toMatch(/^Stop … session/);
  });
});

it('an opening that somebody else has paused is seen within a turn', async () => {
  const { standIn } = boards;
  const board = await boards.at('#/now');
  standIn.overview = { ...standIn.overview, opening: anOpening({ paused: true, by: 'ben' }) };
  await board.heading('Opening is paused by ben.').waitFor();
});
