import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { DESK, PHONE } from './board-page.js';
import { TOKEN } from './board-stand-in.js';
import { fillNight, VIEWS } from './board-views.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

const SIZES: Readonly<Record<string, BrowserContextOptions>> = {
  desk: { viewport: DESK, colorScheme: 'light' },
  'desk-dark': { viewport: DESK, colorScheme: 'dark' },
  phone: { viewport: PHONE, colorScheme: 'light' },
  'phone-dark': { viewport: PHONE, colorScheme: 'dark' },
};

/** Pictures of every view, in a folder that git ignores, to be looked at. */
describe.each(Object.entries(SIZES))('pictures, %s', (size, options) => {
  beforeEach(() => fillNight(boards.standIn));

  it('of every view', async () => {
    const { standIn } = boards;
    const board = await boards.atDoor(options);
    await board.picture(`${size}-sign-in`);
    await board.signIn(TOKEN);
    for (const [name, hash] of Object.entries(VIEWS)) {
      await boards.show(board, hash);
      await board.picture(`${size}-${name}`);
      expect([name, await board.overflow()]).toEqual([name, 0]);
    }
    await board.go('#/live');
    await board
      .button(/^Stop … session/)
      .first()
      .click();
    await board.picture(`${size}-stop`, false);
    await board.page.keyboard.press('Escape');
    await board.button('Stop all sessions …').click();
    await board.dialog.getByLabel('How many are live now').fill('12');
    await board.page.keyboard.press('Enter');
    await board.dialog.getByText('so none was stopped.').waitFor();
    await board.picture(`${size}-stop-all`, false);
    await board.page.keyboard.press('Escape');
    await board.button('Resume').click();
    await board.untilSaid('Opening is resumed');
    await board.picture(`${size}-said`, false);
    standIn.isCut = true;
    await board.page.locator('.trouble').filter({ hasText: 'Cannot reach the gateway' }).waitFor();
    await board.picture(`${size}-unreached`, false);
    standIn.isCut = false;
  });
});
