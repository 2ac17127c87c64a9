import { describe, expect, it } from '@jest/globals';
import { aBoardSession } from '../../support/board-samples.js';
import { until } from '../../support/until.js';
import type { BoardPage } from './board-page.js';
import { problem, TOKEN } from './board-stand-in.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

/** Every place of a browser in which a page could leave something, as one text. */
async function everywhere({ page }: BoardPage): Promise<string> {
  const places = await page.evaluate<unknown>(`(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    cookie: document.cookie,
    name: window.name,
    state: history.state,
    href: location.href,
    title: document.title,
    html: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll('input')].map((input) => input.value),
    entries: performance.getEntries().map((entry) => entry.name),
  }))()`);
  const cookies = await page.context().cookies();
  return JSON.stringify([places, cookies]);
}

describe('the way in', () => {
  it('is a form that password managers understand', async () => {
    const { page } = await boards.atDoor();
    const fields = await page
      .locator('form input')
      .evaluateAll((inputs) =>
        (inputs as unknown as { type: string; name: string; autocomplete: string }[]).map(
          ({ type, name, autocomplete }) => [type, name, autocomplete],
        ),
      );
    expect(fields).toEqual([
      ['text', 'username', 'username'],
      ['password', 'password', 'current-password'],
    ]);
    expect(await page.title()).toBe('Sign in · Avatar gateway');
    const { page: other } = await boards.atDoor();
    await other.getByLabel("Operator's token").waitFor();
    expect(boards.standIn.calls).toEqual([]);
  });

  it('lets a token in, and leads to where one wanted to go', async () => {
    const board = await boards.at('#/parked');
    await board.heading('Parked transcripts').waitFor();
    await board.page.getByText('anna').first().waitFor();
    expect(await board.page.getByLabel("Operator's token").count()).toBe(0);
  });

  it.each([
    ['', 'Type the token in.'],
    ['two words', 'This is no token'],
    ['ключ', 'This is no token'],
  ])('says what is wrong with %j, and asks nobody', async (token, words) => {
    const board = await boards.atDoor();
    await board.page.getByLabel("Operator's token").fill(token);
    await board.button('Sign in').click();
    await board.page.getByRole('alert').filter({ hasText: words }).waitFor();
    expect(boards.standIn.calls).toEqual([]);
  });

  it('says that a token is wrong, in the words of the gateway, and takes the next one', async () => {
    const board = await boards.atDoor();
    await board.page.getByLabel("Operator's token").fill('some-other-token');
    await board.button('Sign in').click();
    const alert = board.page.getByRole('alert');
    await alert.filter({ hasText: 'no key of an account and no other token opens it.' }).waitFor();
    await alert.filter({ hasText: 'it is one of ADMIN_TOKEN.' }).waitFor();
    await board.signIn(TOKEN);
    await board.heading('All calm.').waitFor();
  });

  it('says that nobody is reached, and what else is in the way', async () => {
    const board = await boards.atDoor();
    const { standIn } = boards;
    standIn.isCut = true;
    await board.page.getByLabel("Operator's token").fill(TOKEN);
    await board.button('Sign in').click();
    const alert = board.page.getByRole('alert');
    await alert.filter({ hasText: 'There was no answer.' }).waitFor();
    standIn.isCut = false;
    standIn.script = () =>
      problem(429, 'rate_limited', 'Too many wrong tokens.', { 'Retry-After': '40' });
    await board.button('Sign in').click();
    await alert.filter({ hasText: 'Too many wrong tokens. Try again in 40 s.' }).waitFor();
  });

  it('is one call, however often it is pressed', async () => {
    const board = await boards.atDoor();
    const { standIn } = boards;
    let answer: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (answer = resolve));
    standIn.script = async () => {
      await waiting;
      return problem(503, 'unavailable', 'Away.');
    };
    await board.page.getByLabel("Operator's token").fill(TOKEN);
    const button = board.page.locator('button[type=submit]');
    // What is not to be pressed now can be pressed all the same.
    for (let times = 0; times < 3; times += 1) await button.click({ force: true });
    expect(await button.textContent()).toBe('Signing in …');
    answer();
    await board.page.getByRole('alert').filter({ hasText: 'Away.' }).waitFor();
    expect(standIn.calls).toHaveLength(1);
  });
});

describe('a token', () => {
  it('is in the memory of the page and in its calls, and nowhere else', async () => {
    const { standIn } = boards;
    standIn.sessions.live = [aBoardSession()];
    const board = await boards.at('#/live');
    for (const name of ['Waiting', 'Parked', 'Find', 'Opening', 'Usage', 'Bills', 'Now']) {
      await board
        .link(new RegExp(`^${name}`))
        .first()
        .click();
      await board.page.waitForLoadState('networkidle');
    }
    expect(await everywhere(board)).not.toContain(TOKEN);
    expect(standIn.loaded.join()).not.toContain(TOKEN);
    expect(standIn.calls.map(({ path }) => path).join()).not.toContain(TOKEN);
    expect(board.complaints.join()).not.toContain(TOKEN);
  });

  it('is not looked for, should somebody take it for an id', async () => {
    for (const [hash, label] of [
      ['#/find', 'Any id of a session'],
      ['#/live', 'Only of account'],
      ['#/usage', 'Account'],
    ] as const) {
      const board = await boards.at(hash);
      await board.page.getByLabel(label, { exact: true }).fill(TOKEN);
      await board.page.keyboard.press('Enter');
      expect(await board.page.evaluate<string>('location.href')).not.toContain(TOKEN);
      await board.page.getByRole('alert').filter({ hasText: 'That is your token' }).waitFor();
      expect(await everywhere(board)).not.toContain(TOKEN);
    }
    expect(boards.standIn.calls.map(({ path }) => path).join()).not.toContain(TOKEN);
  });

  it('is forgotten when one signs out, and when the page is loaded anew', async () => {
    const board = await boards.at('#/live');
    await board.button('Sign out').click();
    await board.page.getByText('You are signed out.').waitFor();
    expect(await board.page.locator('table, .facts').count()).toBe(0);
    const { calls } = boards.standIn;
    const before = calls.length;
    await board.page.reload();
    await board.page.getByLabel("Operator's token").waitFor();
    expect(calls).toHaveLength(before);
  });

  it('that is not taken any more leads to the way in, and the view stays', async () => {
    const { standIn } = boards;
    const board = await boards.at('#/live/acc_holm');
    await board.page.clock.install();
    await board.heading('Live sessions of acc_holm').waitFor();
    standIn.token = 'a-token-that-came-later';
    await board.page.getByText('Your token is not taken any more').waitFor();
    const before = standIn.calls.length;
    await board.page.clock.runFor(600_000);
    expect(standIn.calls).toHaveLength(before);
    await board.signIn(standIn.token);
    await board.heading('Live sessions of acc_holm').waitFor();
  });

  it('that is refused in the middle of an order leads there as well', async () => {
    const { standIn } = boards;
    standIn.sessions.live = [aBoardSession()];
    const board = await boards.at('#/live');
    await board.button(/^Stop … session/).click();
    standIn.script = ({ method }) =>
      method === 'POST' ? problem(401, 'token_invalid', 'Not valid.') : null;
    await board.button('Stop the session').click();
    await board.page.getByText('Your token is not taken any more').waitFor();
    expect(await board.dialog.count()).toBe(0);
    await until('it is asked no more', async () => standIn.callsOf('POST').length === 1);
  });
});
