import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { compiledPath } from '../stack/project-root.js';
import { leastOfThree } from '../support/least-of-three.js';
import { send } from '../support/json-client.js';

/** What a program's environment needs so that the long turns of its event loop are written down. */
export function watchedEnvironment(file: string): Readonly<Record<string, string>> {
  const watch = pathToFileURL(compiledPath('test', 'support', 'watch-turns.js')).href;
  return {
    NODE_ENV: 'test',
    NODE_OPTIONS: `--max-old-space-size=512 --import ${watch}`,
    LONG_TURNS_FILE: file,
  };
}

/**
 * The longest turn that was written down, in ms of processor time of the thread that serves, so that
 * it does not matter what else the machine does; 0 where none was long.
 */
export async function longestTurn(file: string): Promise<number> {
  const turns = (await readFile(file, 'utf8')).split('\n').map(Number);
  return Math.max(...turns);
}

interface Watched {
  readonly file: string;
  readonly baseUrl: string;
}

/**
 * Asks a program whether it lives while others work on it.
 * @param work done again, up to three times, where a turn took longer than `limitMs`
 * @returns what came of each time, and the shortest of the longest turns
 * @throws Error when it once does not say so
 */
export async function watchTurns<T>(
  watched: Watched,
  work: () => Promise<T>,
  limitMs = LONGEST_TURN_MS,
): Promise<{ results: readonly T[]; longestMs: number }> {
  const results: T[] = [];
  const longestMs = await leastOfThree(limitMs, async () => {
    results.push(await watchOnce(watched, work));
    return longestTurn(watched.file);
  });
  return { results, longestMs };
}

async function watchOnce<T>({ file, baseUrl }: Watched, work: () => Promise<T>): Promise<T> {
  await writeFile(file, '');
  let isOver = false;
  const result = work().finally(() => (isOver = true));
  while (!isOver) {
    const { status } = await send('GET', `${baseUrl}/health/live`);
    if (status !== 200) throw new Error(`/health/live answered ${status}`);
    await delay(20);
  }
  return result;
}

/**
 * Nobody waits for longer than for such a turn. The longest of these bodies takes about 25 ms; four
 * times of that is for a slow machine, and one body once held everybody up for eleven seconds.
 */
export const LONGEST_TURN_MS = 100;
