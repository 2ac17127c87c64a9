import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { PluginSession } from '../../stack/plugin.js';
import { openAsPlugin } from '../../stack/plugin.js';
import { until } from '../../support/until.js';
import type { BoardPage } from './board-page.js';
import { GatewayWorld } from './gateway-world.js';

jest.setTimeout(180_000);

let world: GatewayWorld;

beforeAll(async () => {
  world = await GatewayWorld.start();
}, 300_000);
afterAll(() => world.stop());
afterEach(async () => {
  expect(await world.closePages()).toEqual([]);
});

const open = () => openAsPlugin(world.stack);

/** Waits until the vendor has ended a session. */
async function untilEnded({ sessionId }: PluginSession): Promise<void> {
  await until('the vendor has ended it', async () => {
    const { state } = await world.vendor.session(sessionId);
    return state === 'ended';
  });
}

/** Finds a session by its conversation, and gives the life that the board shows. */
async function lifeOf(board: BoardPage, { conversationId }: PluginSession) {
  await board.go(`#/find/${conversationId}`);
  await board.page.getByText('One session has this id.').waitFor();
  return board.page.locator('.life');
}

describe('an operator with the gateway’s board', () => {
  it('sees a session that runs, ends it at the vendor, and finds who has', async () => {
    const session = await open();
    await session.type('Are you there?');
    const board = await world.at('#/live');
    const row = board.page.locator('tbody tr');
    await row.filter({ hasText: 'running' }).waitFor();
    expect(await row.count()).toBe(1);
    await row.getByRole('button').click();
    await board.dialog.getByText(world.stack.account.accountId).waitFor();
    await board.button('Stop the session').click();
    await board.untilSaid(/^Session .*: (ending|over)/);
    await untilEnded(session);
    await board.page.getByText('No session is live.').waitFor();
    const life = await lifeOf(board, session);
    await life.getByText('Its end was wanted by anna').waitFor();
    await life.getByText('an operator or an erasure ended it (anna)').first().waitFor();
    await life.getByText('Petya has confirmed it').waitFor();
    expect(await board.violations()).toEqual([]);

    await life.getByRole('button', { name: 'Deliver again' }).click();
    await board.untilSaid('its transcript is given to Petya once more.');
    await life.getByText(/^2, Petya has 2$|^3, Petya has 3$/).waitFor();
    expect((await session.view()).end_reason).toBe('operator');
  });

  it('ends all sessions by their number, and none by another one', async () => {
    const sessions = [await open(), await open()];
    const board = await world.at('#/live');
    await until('both are there', async () => (await board.page.locator('tbody tr').count()) === 2);
    await board.button('Stop all sessions …').click();
    await board.page.keyboard.type('7');
    await board.page.keyboard.press('Enter');
    await board.dialog
      .getByRole('alert')
      .filter({ hasText: 'Live now: 2. Another number was expected, so none was stopped.' })
      .waitFor();
    for (const { sessionId } of sessions) {
      expect((await world.vendor.session(sessionId)).state).toBe('active');
    }
    await board.dialog.getByLabel('How many are live now').fill('2');
    await board.button('Stop them all').click();
    await board.untilSaid('2 sessions are ending.');
    for (const session of sessions) await untilEnded(session);
  });

  it('pauses opening: nobody opens a session until it is resumed, and every view says so', async () => {
    const board = await world.at('#/opening', { viewport: { width: 375, height: 740 } });
    await board.page.getByLabel('Why').fill('The vendor moves its rooms');
    await board.button('Pause …').click();
    await board.button('Pause opening').click();
    await board.untilSaid('Opening is paused');
    await until('nobody opens one', () =>
      open().then(
        () => false,
        (error: unknown) => String(error).includes('No video is opened for the moment.'),
      ),
    );
    await board.go('#/now');
    await board.page
      .locator('.standing')
      .getByText(/^Opening is paused by anna since .* \(in \d+ min\): The vendor moves its rooms$/)
      .waitFor();
    await board.button('Resume').click();
    await board.untilSaid('Opening is resumed');
    const session = await until('one is opened', () => open().catch(() => null));
    await session.stop();
  });

  it('is told that Petya does not answer, and that it does again', async () => {
    const petya = world.stack.processes.get('petya-avatar-api');
    const session = await open();
    await petya.stop();
    const board = await world.at('#/now');
    await session.stop();
    await board.page
      .locator('.troubles')
      .getByText(/^Petya does not answer\./)
      .waitFor();
    await board.page
      .getByRole('navigation')
      .getByRole('link', { name: /^Waiting/ })
      .click();
    await board.page.locator('tbody tr').first().waitFor();
    await petya.start();
    await board.page.getByText('No transcript waits.').waitFor({ timeout: 60_000 });
  });

  it('sees what an account has used, and compares yesterday with the vendor', async () => {
    const board = await world.at(`#/usage/${world.stack.account.accountId}`);
    await board.page
      .getByRole('img', { name: /from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/ })
      .waitFor();
    await board.go('#/bills');
    await board.button("Compare yesterday's again").click();
    await board.untilSaid(/ is compared: nothing differs\.| is being compared/);
    await board.page.getByText('nothing differs').first().waitFor();
  });

  it('leaves its token in no log, and its name there', async () => {
    const logs = await world.logs();
    expect(logs).toContain('/api/v1/admin/sessions/:id/stop');
    expect(logs).toContain('anna');
    expect(logs).not.toContain(world.token);
  });
});
