/** Where an app's board is, and nowhere else. */
export const BOARD_PATH = '/board';

export function isBoardPath(path: string): boolean {
  return path === BOARD_PATH || path.startsWith(`${BOARD_PATH}/`);
}
