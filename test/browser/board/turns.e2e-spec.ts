import { describe, expect, it } from '@jest/globals';
import { aBoardSession, aLife, anOverview, before } from '../../support/board-samples.js';
import { until } from '../../support/until.js';
import type { BoardPage } from './board-page.js';
import { problem } from './board-stand-in.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

const some = (count: number, accountId = 'acc_holm') =>
  Array.from({ length: count }, () => aBoardSession({ accountId }, Date.now()));

const rowsOf = ({ page }: BoardPage) => page.locator('tbody tr');

/** Waits until a call that begins so has come since now, and its answer is shown. */
async function untilAsked(start = 'overview', times = 2): Promise<void> {
  const { standIn } = boards;
  const wanted = standIn.callsOf('GET', start).length + times;
  await until('it is asked again', async () => standIn.callsOf('GET', start).length >= wanted);
}

describe('a list that is asked for again', () => {
  it('keeps its rows, the focus and the place one has scrolled to', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(30);
    const board = await boards.at('#/live');
    const stop = board.page.locator('tbody tr').nth(20).locator('button');
    await stop.focus();
    const label = await board.focused();
    await board.page.evaluate(
      `document.querySelectorAll('tbody tr').forEach((row) => { row.seen = true; })`,
    );
    const topOf = () =>
      board.page.evaluate<number>('document.activeElement.getBoundingClientRect().top');
    const top = await topOf();
    const [first, second, ...rest] = standIn.sessions.live;
    const changed = rest.map((session) => ({ ...session, seconds: session.seconds + 60 }));
    standIn.sessions.live = [...changed, ...some(2)];
    expect([first, second]).toHaveLength(2);
    await board.page.getByText('4 min 11 s').first().waitFor();
    expect(await rowsOf(board).count()).toBe(30);
    expect(
      await board.page.evaluate(
        `[...document.querySelectorAll('tbody tr')].filter((row) => row.seen).length`,
      ),
    ).toBe(28);
    expect(await board.focused()).toBe(label);
    expect(Math.abs((await topOf()) - top)).toBeLessThan(2);
  });

  it('leaves an open dialog as it is, and counts on in it', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(3);
    const board = await boards.at('#/live');
    await board.button('Stop all sessions …').click();
    const count = board.dialog.getByLabel('How many are live now');
    await count.fill('1');
    standIn.sessions.live = [];
    const { sessions } = anOverview();
    standIn.overview = anOverview({ sessions: { ...sessions, live: 7 } }, Date.now());
    await board.dialog.getByText('7 sessions of all accounts are live.').waitFor();
    expect([await count.inputValue(), await board.dialog.count()]).toEqual(['1', 1]);
    await board.page.keyboard.type('7');
    expect(await count.inputValue()).toBe('17');
  });

  it('gives the focus to its heading when the row that had it goes', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(3);
    const board = await boards.at('#/live');
    await rowsOf(board).nth(1).locator('button').focus();
    standIn.sessions.live = standIn.sessions.live.filter((_session, at) => at !== 1);
    await until('the row is gone', async () => (await rowsOf(board).count()) === 2);
    expect(await board.focused()).toBe('Live sessions');
  });

  it('is never more than a page of fifty, however many there are', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(10_000);
    const { sessions } = anOverview();
    standIn.overview = anOverview({ sessions: { ...sessions, live: 10_000 } }, Date.now());
    const board = await boards.at('#/live');
    await board.page.getByText('50 sessions on page 1.').waitFor();
    await board.link('Live 10,000').waitFor();
    for (const page of [2, 3]) {
      await board.button('Next page').click();
      await board.page.getByText(`50 sessions on page ${page}.`).waitFor();
      expect(await rowsOf(board).count()).toBe(50);
    }
    await untilAsked('sessions');
    await board.button('First page').click();
    await board.page.getByText('50 sessions on page 1.').waitFor();
    const queries = standIn
      .callsOf('GET', 'sessions')
      .map(({ path }) => new URL(path, 'http://a/').searchParams);
    expect(new Set(queries.map((query) => query.get('limit')))).toEqual(new Set(['50']));
    expect(new Set(queries.map((query) => query.get('cursor')))).toEqual(
      new Set([null, '50', '100']),
    );
  });

  it('turns one page for a double click, and goes on where the page ends by then', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(150);
    const board = await boards.at('#/live');
    await board.page.getByText('50 sessions on page 1.').waitFor();
    standIn.script = ({ path }) => {
      const { pathname, searchParams } = new URL(path, 'http://a/');
      if (pathname !== '/sessions' || searchParams.has('cursor')) return null;
      return { body: { items: standIn.sessions.live.slice(0, 50), nextCursor: '45' } };
    };
    await untilAsked('sessions');
    await board.button('Next page').dblclick();
    await board.page.getByText('50 sessions on page 2.').waitFor();
    await untilAsked('sessions');
    const cursors = standIn
      .callsOf('GET', 'sessions')
      .map(({ path }) => new URL(path, 'http://a/').searchParams.get('cursor'));
    expect(new Set(cursors)).toEqual(new Set([null, '45']));
    expect(await board.page.getByText('50 sessions on page 2.').count()).toBe(1);
  });

  it('says of a later page that it is empty by now, and of nothing else', async () => {
    const { standIn } = boards;
    standIn.sessions.live = some(52);
    const board = await boards.at('#/live/acc_holm');
    await board.button('Next page').click();
    await board.page.getByText('2 sessions on page 2.').waitFor();
    standIn.sessions.live = standIn.sessions.live.slice(0, 50);
    await board.page.getByText('This page is empty by now.').waitFor();
    expect(await board.page.getByText('No session is live.').count()).toBe(0);
    await board.button("Stop this account's sessions …").waitFor();
  });

  it('of what is wrong has each of it, however alike two are', async () => {
    const { standIn } = boards;
    const gone = { creditsLeft: 150, creditsReadAt: null, reachable: false };
    standIn.overview = anOverview(
      {
        lagSeconds: { end: 300, life: 0, outbox: 0 },
        vendors: ['liveavatar', 'heygen'].map((name) => ({ ...gone, name })),
      },
      Date.now(),
    );
    const board = await boards.at('#/now');
    await board.page
      .getByText('Sessions that should be over still run, for up to 5 min.')
      .waitFor();
    expect(await board.page.locator('.troubles li').count()).toBe(5);
  });

  it('is of one account where that is wanted, also after a click on its name', async () => {
    const { standIn } = boards;
    standIn.sessions.live = [...some(2), ...some(1, 'acc_bakery')];
    const board = await boards.at('#/live');
    await board.link(/^acc_bakery$/).click();
    await board.heading('Live sessions of acc_bakery').waitFor();
    await until('one is left', async () => (await rowsOf(board).count()) === 1);
    await board.page.getByLabel('Only of account').fill('acc_holm');
    await board.button('Show').click();
    await until('two are there', async () => (await rowsOf(board).count()) === 2);
    await board.link('All accounts').click();
    await until('all are there', async () => (await rowsOf(board).count()) === 3);
  });
});

describe('the turns of the board', () => {
  it('do not overlap, however long an answer takes', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/live');
    let [running, most] = [0, 0];
    let release: () => void = () => undefined;
    const held = new Promise<null>((resolve) => (release = () => resolve(null)));
    standIn.script = async ({ path }) => {
      if (!path.startsWith('overview')) return standInAnswer;
      running += 1;
      most = Math.max(most, running);
      await held;
      running -= 1;
      return { body: standIn.overview };
    };
    await until('one is under way', async () => running === 1);
    await board.page.getByText(/What is shown is \d+ s old\./).waitFor();
    release();
    await until('it is answered', async () => running === 0);
    expect(most).toBe(1);
  });

  it('stand still while nobody looks, and go on at once', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/live');
    await board.page.clock.install();
    await board.show(false);
    await board.page.waitForLoadState('networkidle');
    const asked = standIn.calls.length;
    await board.page.clock.runFor(600_000);
    expect(standIn.calls).toHaveLength(asked);
    await board.show(true);
    await until('it asks', async () => standIn.calls.length > asked);
  });

  it('come more seldom while nobody answers; it is said since when, and how old all is', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/live');
    await board.page.clock.install();
    standIn.isCut = true;
    const trouble = board.page.locator('.trouble');
    await trouble
      .filter({
        hasText: /^Cannot reach the gateway since \d\d:\d\d:\d\d\. What is shown is \d+ s old\.$/,
      })
      .waitFor();
    await board.page.clock.runFor(65_000);
    await trouble.filter({ hasText: 'What is shown is 1 min old.' }).waitFor();
    standIn.isCut = false;
    await board.page.clock.runFor(35_000);
    await trouble.waitFor({ state: 'hidden' });
  });

  it('say what the gateway says of itself', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/now');
    standIn.script = () =>
      problem(503, 'unavailable', 'The service cannot reach its database. Try again shortly.');
    await board.page
      .getByText('The service cannot reach its database. Try again shortly. So it has been since')
      .waitFor();
  });

  it('go on for all else where one view is refused', async () => {
    const { standIn } = boards;
    standIn.script = ({ path }) =>
      path.startsWith('life') ? problem(404, 'not_found', 'There is nothing here.') : null;
    const board = await boards.at('#/find/conversation-1');
    await board.page.getByRole('alert').filter({ hasText: 'There is nothing here.' }).waitFor();
    const { sessions } = anOverview();
    standIn.overview = anOverview({ sessions: { ...sessions, parked: 4 } }, Date.now());
    await board.link('Parked 4').waitFor();
    expect(await board.page.locator('.trouble').isVisible()).toBe(false);
    standIn.lives = [aLife(aBoardSession())];
    standIn.script = () => null;
    await board.page.getByText('One session has this id.').waitFor();
    expect(await board.page.getByText('There is nothing here.').count()).toBe(0);
  });

  it('leave a form as one has filled it in', async () => {
    const board = await boards.at('#/opening');
    await board.page.getByLabel('Why').fill('The vendor mov');
    await board.page.getByLabel('For how long').selectOption('4 hours');
    await untilAsked('opening');
    await board.page.keyboard.press('Tab');
    expect(await board.page.getByLabel('Why').inputValue()).toBe('The vendor mov');
    expect(await board.page.getByLabel('For how long').inputValue()).toBe('2');
  });

  it('tell whoever only hears the page when something has changed, and not what has not', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/live');
    await board.page.evaluate(`(() => {
      window.heard = [];
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const region = (target.nodeType === 1 ? target : target.parentElement)?.closest('[role=status], [role=alert], [aria-live]');
          if (region && region.textContent !== '') heard.push(region.textContent);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    })()`);
    await untilAsked();
    expect(await board.page.evaluate('heard')).toEqual([]);
    standIn.overview = anOverview(
      { petya: { ...anOverview().petya, reachable: false, oldestWaitingSeconds: 0 } },
      Date.now(),
    );
    await board.link('1 thing needs you').waitFor();
    await untilAsked();
    expect(await board.page.evaluate('[...new Set(heard)]')).toEqual(['1 thing needs you']);
  });

  it('tell ages by the clock of the gateway, whatever that of the phone says', async () => {
    const { standIn } = boards;
    standIn.sessions.live = [aBoardSession({ seenAt: before(30, Date.now()) }, Date.now())];
    const board = await boards.atDoor();
    await board.page.clock.setSystemTime(Date.now() - 7 * 3_600_000);
    await board.go('#/live');
    await board.signIn(standIn.token);
    await board.page.getByText(/3\d s ago/).waitFor();
  });
});

/** The usual answer of a list without sessions. */
const standInAnswer = { body: { items: [], nextCursor: null } };

describe('an account', () => {
  const places = [
    ['its list', '#/live/acc_holm', 'Its settings'],
    ['a session’s life', '#/find/vendor-1', 'at Petya'],
  ] as const;

  it.each(places)('of %s leads to its settings on Petya’s board', async (_where, hash, words) => {
    const { standIn } = boards;
    standIn.lives = [aLife(aBoardSession({ accountId: 'acc_holm' }, Date.now()))];
    const board = await boards.at(hash);
    const link = board.link(words);
    await link.waitFor();
    expect([
      await link.getAttribute('href'),
      await link.getAttribute('target'),
      await link.getAttribute('rel'),
    ]).toEqual(['http://127.0.0.1:5001/board#/accounts/acc_holm', '_blank', 'noopener noreferrer']);
  });

  it.each(places)('of %s leads nowhere where that is not known', async (_where, hash, words) => {
    const { standIn } = boards;
    standIn.overview = anOverview({ petya: { ...anOverview().petya, boardUrl: null } }, Date.now());
    standIn.lives = [aLife(aBoardSession({ accountId: 'acc_holm' }, Date.now()))];
    const board = await boards.at(hash);
    await board.link(hash.startsWith('#/find') ? 'of this account' : 'Its usage').waitFor();
    expect(await board.link(words).count()).toBe(0);
  });
});
