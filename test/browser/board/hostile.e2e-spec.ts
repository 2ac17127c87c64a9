import { describe, expect, it } from '@jest/globals';
import { aBoardSession } from '../../support/board-samples.js';
import { until } from '../../support/until.js';
import type { BoardPage } from './board-page.js';
import { type BoardStandIn, problem } from './board-stand-in.js';
import { fillNight, VIEWS } from './board-views.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

const TEXTS: Readonly<Record<string, string>> = {
  'an image that runs': '<img src=x onerror=alert(1)>',
  'a script': '"></bdi></script><script>alert(1)</script>',
  'an address that runs': 'javascript:alert(document.cookie)',
  'a style': '</style><style>*{display:none}</style>',
  'an attribute': '" autofocus onfocus="alert(1)" style="position:fixed',
  'a turned direction': '\u202ednegel\u2066 acc_\u202d\u200f\u2069',
  'a word of 10,000 letters': 'W'.repeat(10_000),
  'ten thousand signs that join': '👨‍👩‍👧‍👦'.repeat(1_000),
  'a NUL and a line end': 'acc\u0000_1\r\n\t\u001b[31m\u007f',
  'marks over marks': `Z${'\u0336\u0489\u030d'.repeat(300)}`,
  'half a character': 'acc_\ud83d',
  'a path': '../../..//%2e%2e/#/opening?x=1',
  'a prototype': '__proto__',
  'no letter': '',
};

/** The same with every text in the place of a text, but for times and words of closed lists. */
function spoil<T>(value: T, text: string, isWhole: boolean): T {
  if (typeof value === 'string') return (isWhole || isFree(value) ? text : value) as T;
  if (Array.isArray(value)) return value.map((each) => spoil<unknown>(each, text, isWhole)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, spoil<unknown>(member, text, isWhole)]),
  ) as T;
}

function isFree(value: string): boolean {
  return !/^\d{4}-\d\d-\d\d/.test(value) && (/[^a-z_-]/.test(value) || value === 'anna');
}

/** The night with this text everywhere, each session an id of its own. */
function spoilNight(standIn: BoardStandIn, text: string, isWhole: boolean): void {
  fillNight(standIn);
  let count = 0;
  const ids = <T extends { id: string }>(session: T): T => ({
    ...session,
    id: `${text}${(count += 1)}`,
  });
  const { sessions } = standIn;
  for (const group of ['live', 'waiting', 'parked'] as const) {
    sessions[group] = spoil(sessions[group], text, isWhole).map(ids);
  }
  standIn.lives = spoil(standIn.lives, text, isWhole).map((life) => ({
    ...life,
    session: ids(life.session),
  }));
  const { readAt } = standIn.overview;
  standIn.overview = { ...spoil(standIn.overview, text, isWhole), readAt };
  standIn.usage = spoil(standIn.usage, text, isWhole);
  standIn.bills = spoil(standIn.bills, text, isWhole);
}

/** Elements that no data may have made. */
function strangers({ page }: BoardPage): Promise<string[]> {
  return page.evaluate<
    string[]
  >(`[...document.querySelectorAll('img, iframe, object, embed, style, base, form[action], [style], [onerror], [onfocus], script:not([src])')]
    .filter((element) => element !== document.documentElement)
    .map((element) => element.outerHTML)`);
}

async function expectSound(board: BoardPage, what: string): Promise<void> {
  expect([what, await strangers(board)]).toEqual([what, []]);
  expect([what, await board.overflow()]).toEqual([what, 0]);
  expect([what, await board.noted()]).toEqual([what, { refused: [], asked: 0 }]);
}

describe.each(Object.entries(TEXTS))('%s', (_what, text) => {
  it.each([
    ['in the place of every name and id', false],
    ['in the place of every text, also of times and states', true],
  ])('%s is a text, and the page holds', async (_where, isWhole) => {
    const { standIn } = boards;
    spoilNight(standIn, text, isWhole);
    const board = await boards.at('#/now', { viewport: { width: 320, height: 640 } });
    for (const [name, hash] of Object.entries(VIEWS)) {
      await boards.show(board, hash);
      await expectSound(board, name);
      await board.page.setViewportSize({ width: 1280, height: 800 });
      await expectSound(board, `${name}, wide`);
      await board.page.setViewportSize({ width: 320, height: 640 });
    }
    await board.go('#/live');
    await board
      .button(/^Stop …/)
      .first()
      .click();
    await board.dialog.waitFor();
    await expectSound(board, 'the question');
    await board.button('Let it run').click();
  });

  it('in a refusal is what the gateway has said, and no more', async () => {
    const { standIn } = boards;
    standIn.sessions.live = [aBoardSession()];
    const board = await boards.at('#/live', { viewport: { width: 320, height: 640 } });
    standIn.script = ({ method }) => (method === 'POST' ? problem(409, text, `No. ${text}`) : null);
    await board.button(/^Stop … session/).click();
    await board.button('Stop the session').click();
    await board.dialog.getByRole('alert').filter({ hasText: 'No.' }).waitFor();
    await expectSound(board, 'the refusal');
    await board.button('Let it run').click();
    standIn.script = ({ path }) =>
      path.startsWith('sessions') ? problem(422, text, `Away. ${text}`) : null;
    await board.page.getByRole('alert').filter({ hasText: 'Away.' }).waitFor();
    await expectSound(board, 'the refusal of a view');
    standIn.script = () => problem(503, text, `Gone. ${text}`);
    await board.page
      .locator('.trouble')
      .filter({ hasText: /Gone\.|Cannot reach/ })
      .waitFor();
    await expectSound(board, 'the trouble');
  });
});

describe('an address that somebody was given', () => {
  it.each([
    ['an id that runs', '#/find/<img src=x onerror=alert(1)>'],
    ['the same in escapes', '#/live/%3Cimg%20src=x%20onerror=alert(1)%3E'],
    ['an order in place of a day', '#/bills/..%2F..%2Fsessions%2Fid%2Fstop'],
    ['steps out of the routes', '#/bills/../../stops'],
    ['such steps in escapes', '#/bills/%2E%2E'],
    ['an address that runs', '#/usage/a/javascript:alert(1)/b'],
    ['prototypes', '#/__proto__/constructor'],
    ['no view', '#/nowhere'],
    ['nothing', '#//////'],
    ['a long id', `#/find/${'x'.repeat(5_000)}`],
    ['a broken escape', '#/find/%E0%A4%A'],
  ])('is a view, whatever stands in it: %s', async (_what, hash) => {
    const { standIn } = boards;
    fillNight(standIn);
    const board = await boards.at(hash, { viewport: { width: 320, height: 640 } });
    await board.page.getByRole('heading', { level: 1 }).waitFor();
    await until(
      'some turns have passed',
      async () => standIn.callsOf('GET', 'overview').length > 1,
    );
    await expectSound(board, hash);
    expect(standIn.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
    for (const { path } of standIn.calls) {
      expect(path).toMatch(
        /^(overview|life\?id=|sessions\?|usage\?|reconciliations\/[^/]+$|opening$)/,
      );
    }
    expect(new Set(standIn.loaded.filter((url) => url !== '/board'))).toEqual(
      new Set(standIn.loaded.filter((url) => /^\/board\/\w+\.[0-9a-f]{16}\.(css|js)$/.test(url))),
    );
  });
});

it('answers that are no such answers leave the board as it is, and say so', async () => {
  const { standIn } = boards;
  fillNight(standIn);
  const board = await boards.at('#/live');
  await board.page.locator('tbody tr').nth(4).waitFor();
  for (const body of [null, [], {}, 'text', { sessions: null }, { items: null }]) {
    standIn.script = () => ({ body });
    const before = standIn.calls.length;
    await until('it has asked again', async () => standIn.calls.length >= before + 2);
    await board.page.locator('.trouble').waitFor();
    expect(await board.page.locator('tbody tr').count()).toBe(5);
    standIn.script = () => null;
    await board.page.reload();
    await board.signIn(standIn.token);
    await board.page.locator('tbody tr').nth(4).waitFor();
  }
});
