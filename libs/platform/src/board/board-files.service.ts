import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';
import { describeCause } from '../errors/describe-cause.js';
import type { ServedFile } from '../files/served-file.js';
import { type BoardPage, readBoard } from './read-board.js';

/**
 * The files of an app's board. Names are looked up in memory and never on disk, and what the page does
 * not name is not served.
 */
@Injectable()
export class BoardFiles {
  private constructor(private readonly board: BoardPage | null) {}

  /** @param folder where the board's page is; none is there where it was not built */
  static async load(folder: string): Promise<BoardFiles> {
    const logger = new Logger('BoardFiles');
    try {
      const board = await readBoard(folder);
      if (board === null) logger.error('The page of the board does not fit its files.');
      return new BoardFiles(board);
    } catch (error) {
      if (isMissing(error)) logger.log('The board was not built: see npm run build:board.');
      else logger.error({ message: 'The board cannot be read.', ...describeCause(error) });
      return new BoardFiles(null);
    }
  }

  /** @throws AppError `board_not_built` */
  page(): ServedFile {
    return this.whole().page;
  }

  /** @throws AppError `not_found`, or `board_not_built` whatever is asked for */
  asset(name: string): ServedFile {
    const file = this.whole().assets.get(name);
    if (file === undefined) throw new AppError('not_found');
    return file;
  }

  private whole(): BoardPage {
    if (this.board === null) throw new AppError('board_not_built');
    return this.board;
  }
}

function isMissing(error: unknown): boolean {
  return Object(error) === error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}
