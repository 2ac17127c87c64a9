import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How apt names what another process holds: its lists, its archives, or dpkg's packages. */
const HELD = /could not get lock|unable to (lock|acquire)|another process using it/i;

/** A machine that updates itself after its start holds them for minutes. */
const PATIENCE_MS = 10 * 60_000;
const PAUSE_MS = 500;

export interface AptOptions {
  /** Where what is downloaded goes. */
  readonly cwd?: string;
  /** The program, where it is not the machine's. */
  readonly program?: string;
  readonly patienceMs?: number;
}

/**
 * Runs `apt-get` and waits while another process holds what it needs: several tests want packages at once,
 * and only `install` can wait by itself.
 * @throws what it failed with
 */
export async function aptGet(
  args: readonly string[],
  { cwd, program = 'apt-get', patienceMs = PATIENCE_MS }: AptOptions = {},
): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      await run(program, ['-qq', ...args], { env, ...(cwd === undefined ? {} : { cwd }) });
      return;
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string };
      if (!HELD.test(stderr) || performance.now() > deadline) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/** Installs Debian's packages, with what they need and nothing more; it has to be root. @throws as `aptGet` */
export async function aptInstall(names: readonly string[]): Promise<void> {
  await aptGet(['update']);
  await aptGet(['install', '-y', '--no-install-recommends', ...names]);
}
