import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { projectRoot } from '../../stack/project-root.js';
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

/** Those of the README, which change only where somebody wants it: BOARD_PICTURES=1. */
const KEPT = [
  ['now', { viewport: { width: 960, height: 620 }, colorScheme: 'light' }],
  ['life', { viewport: { width: 375, height: 700 }, colorScheme: 'dark' }],
] as const;

async function keep(): Promise<void> {
  const folder = join(projectRoot, 'apps', 'board', 'pictures');
  await mkdir(folder, { recursive: true });
  for (const [name, options] of KEPT) {
    fillNight(boards.standIn);
    const board = await boards.at('#/now', options);
    await boards.show(board, VIEWS[name] ?? '');
    if (name === 'life')
      await board.page.evaluate(`document.querySelector('.lives').scrollIntoView()`);
    await board.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

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
    if (size === 'desk' && process.env['BOARD_PICTURES']) await keep();
  });
});
