import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachePath, projectRoot } from '../../stack/project-root.js';
import type { BoardPage } from './board-page.js';
import { KEPT } from './kept-pictures.js';
import { useBoard } from './use-board.js';

const boards = useBoard();

/** They change where somebody wants it, `npm run pictures`; otherwise a folder that git ignores has them. */
const root = process.env['BOARD_PICTURES'] ? projectRoot : cachePath('screenshots', 'kept');

/** What a page that shows several of them may ask of a telephone. */
const MOST_BYTES = 120_000;

describe('a picture that a README shows', () => {
  let board: BoardPage;
  afterEach(async () => {
    expect(await board.overflow()).toBe(0);
  });

  it.each(KEPT)('$file is of the board as it is, and small', async (picture) => {
    const { file, fill, options, hash, part } = picture;
    fill(boards.standIn);
    board = await boards.at('#/now', options);
    if (hash !== '#/now') await boards.show(board, hash);
    const path = join(root, file);
    await mkdir(dirname(path), { recursive: true });
    const clip = part && (await board.clipOf(...part));
    await board.page.screenshot({ path, ...(clip && { clip, fullPage: true }) });
    expect((await stat(path)).size).toBeLessThanOrEqual(MOST_BYTES);
  });
});
