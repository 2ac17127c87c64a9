import { beforeEach, describe, expect, it } from '@jest/globals';
import { aBoardSession, anOverview } from '../../support/board-samples.js';
import { type BoardPage, DESK, PHONE } from './board-page.js';
import { TOKEN } from './board-stand-in.js';
import { fillNight, VIEWS } from './board-views.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

beforeEach(() => fillNight(boards.standIn));

const SIZES = { desk: DESK, phone: PHONE };
const THEMES = ['light', 'dark'] as const;
const SCREENS = Object.keys(SIZES).flatMap((size) =>
  THEMES.map((theme) => [size as keyof typeof SIZES, theme] as const),
);

/** Does something in each state that a view can be in. */
async function onEach(board: BoardPage, look: (what: string) => Promise<void>): Promise<void> {
  await look('the way in');
  await board.page.getByLabel("Operator's token").fill('wrong');
  await board.page.keyboard.press('Enter');
  await board.page.getByRole('alert').filter({ hasText: 'no other token' }).waitFor();
  await look('the way in, refused');
  await board.signIn(TOKEN);
  for (const [name, hash] of Object.entries(VIEWS)) {
    await boards.show(board, hash);
    await look(name);
  }
  await board.go(VIEWS['usage'] ?? '');
  await board.page.getByText('As a table').click();
  await look('usage as a table');
  await board.go(VIEWS['live'] ?? '');
  await board
    .button(/^Stop … session/)
    .first()
    .click();
  await look('the question whether to stop');
  await board.page.keyboard.press('Escape');
  await board.button('Stop all sessions …').click();
  await board.page.keyboard.type('12');
  await board.page.keyboard.press('Enter');
  await board.dialog.getByText('so none was stopped.').waitFor();
  await look('the question whether to stop all, refused');
  await board.page.keyboard.press('Escape');
  await board.button('Resume').click();
  await board.untilSaid('Opening is resumed');
  await look('what was said');
  boards.standIn.isCut = true;
  await board.page.locator('.trouble').filter({ hasText: 'Cannot reach' }).waitFor();
  await look('nobody reached');
  boards.standIn.isCut = false;
}

describe.each(SCREENS)('the board on a %s, %s', (size, theme) => {
  // Each look of axe is a second on a busy machine.
  it('breaks no rule of axe, on any view', async () => {
    const board = await boards.atDoor({ viewport: SIZES[size], colorScheme: theme });
    const found: string[] = [];
    await onEach(board, async (what) => {
      found.push(...(await board.violations()).map((violation) => `${what}: ${violation}`));
    });
    expect(found).toEqual([]);
  }, 300_000);
});

describe('the board where there is little room', () => {
  it.each([
    ['at 320 px', { width: 320, height: 640 }, 1],
    ['at 400 %', { width: 320, height: 256 }, 4],
  ])(
    '%s is never pushed sideways, and nothing of it is cut off',
    async (_what, viewport, scale) => {
      const board = await boards.atDoor({ viewport, deviceScaleFactor: scale });
      await onEach(board, async (what) => {
        expect([what, await board.overflow()]).toEqual([what, 0]);
        expect([what, await cutOff(board)]).toEqual([what, []]);
      });
    },
  );

  it('is as large as a finger wherever one presses', async () => {
    const board = await boards.atDoor({ viewport: PHONE });
    const found = new Set<string>();
    await onEach(board, async (what) => {
      for (const small of await tooSmall(board)) found.add(`${what}: ${small}`);
    });
    expect([...found]).toEqual([]);
  });

  it('leaves what has the focus in sight, whatever is said below', async () => {
    const board = await boards.at('#/live', { viewport: { width: 320, height: 480 } });
    await board.button('Resume').click();
    await board.untilSaid('Opening is resumed');
    for (let times = 0; times < 30; times += 1) {
      await board.page.keyboard.press('Tab');
      const covered = await board.page.evaluate<string | null>(COVERED);
      expect([times, covered]).toEqual([times, null]);
    }
  });
});

describe('whoever hears the board', () => {
  it('is given landmarks, one heading of the first order, and where one is', async () => {
    const board = await boards.at('#/live');
    const { page } = board;
    for (const role of ['banner', 'navigation', 'main'] as const) {
      expect([role, await page.getByRole(role).count()]).toEqual([role, 1]);
    }
    for (const [name, hash] of Object.entries(VIEWS)) {
      await boards.show(board, hash);
      const ones = await page.getByRole('heading', { level: 1 }).count();
      const current = await page.locator('nav [aria-current=page]').count();
      expect([name, ones, current]).toEqual([name, 1, 1]);
      expect(await page.title()).toMatch(/ · Avatar gateway$/);
    }
  });

  it('comes to the heading of a view that one goes to', async () => {
    const board = await boards.at('#/now');
    await board.page
      .getByRole('navigation')
      .getByRole('link', { name: /^Waiting/ })
      .click();
    await board.heading('Waiting transcripts').waitFor();
    expect(await board.focused()).toBe('Waiting transcripts');
  });

  it('finds a table in the cards of a phone', async () => {
    const board = await boards.at('#/live', { viewport: PHONE });
    const { page } = board;
    const table = page.getByRole('table', { name: 'Live sessions' });
    await table.getByRole('row').nth(5).waitFor();
    expect(await table.getByRole('rowheader').count()).toBe(5);
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'Session',
      'Account',
      'State',
      'Page',
      'Since',
      'Used',
      'Last sign of life',
      'Order',
    ]);
  });
});

describe('who wants no motion, or other colours,', () => {
  it('gets none', async () => {
    const board = await boards.at('#/live', { reducedMotion: 'reduce' });
    const moving = await board.page
      .evaluate<number>(`[...document.querySelectorAll('*')].filter((element) => {
      const { transitionDuration, animationName } = getComputedStyle(element);
      return animationName !== 'none' || !/^(0s(, )?)+$/.test(transitionDuration);
    }).length`);
    expect(moving).toBe(0);
  });

  it('finds the board in them', async () => {
    const board = await boards.at('#/now', { forcedColors: 'active' });
    await board.heading('1 thing needs you').waitFor();
    expect(await board.violations()).toEqual([]);
  });
});

it('has room for a night without anything, and for very many', async () => {
  const { standIn } = boards;
  standIn.reset(anOverview({}, Date.now()));
  const board = await boards.at('#/now', { viewport: { width: 320, height: 640 } });
  for (const hash of Object.values(VIEWS)) {
    await boards.show(board, hash);
    expect([hash, await board.overflow(), await board.violations()]).toEqual([hash, 0, []]);
  }
  const counts = Object.keys(anOverview().sessions).map((state) => [state, 9_999_999]);
  standIn.overview = anOverview(
    {
      sessions: Object.fromEntries(counts) as ReturnType<typeof anOverview>['sessions'],
      usedSeconds: { today: 99_999_999_999, month: 99_999_999_999 },
    },
    Date.now(),
  );
  standIn.sessions.live = Array.from({ length: 60 }, () => aBoardSession());
  for (const hash of ['#/now', '#/live']) {
    await board.go(hash);
    await board.link('Live 9,999,999').waitFor();
    expect([hash, await board.overflow()]).toEqual([hash, 0]);
  }
});

/** What the box around a text hides of it. */
function cutOff({ page }: BoardPage): Promise<string[]> {
  return page.evaluate<
    string[]
  >(`[...document.querySelectorAll('main *, header *, nav *, dialog *')]
    .filter((element) => element.closest('.unseen, [hidden], .skip, thead, svg') === null)
    .filter((element) => element.children.length === 0 && element.textContent !== '')
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return left < -0.5 || right > document.documentElement.clientWidth + 0.5;
    })
    .map((element) => element.outerHTML)`);
}

/** What one presses and that is lower or narrower than 44 px, but for links in the midst of a text. */
function tooSmall({ page }: BoardPage): Promise<string[]> {
  return page.evaluate<
    string[]
  >(`[...document.querySelectorAll('a, button, input, select, summary')]
    .filter((element) => element.checkVisibility() && element.closest('.skip, p, dd, .days h2') === null)
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([element, { width, height }]) => height < 43.5 || (width < 43.5 && element.matches('button')))
    .map(([element, { width, height }]) => element.outerHTML + ' ' + width + ' × ' + height)`);
}

/** Whether what has the focus is behind something else; its text where it is. */
const COVERED = `(() => {
  const { activeElement: element } = document;
  if (element === document.body) return null;
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const found = document.elementFromPoint(x, y);
  return found !== null && (element.contains(found) || found.contains(element)) ? null : element.outerHTML;
})()`;
