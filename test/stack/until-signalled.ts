import { setTimeout as sleep } from 'node:timers/promises';

/** npm and the terminal both pass Ctrl-C on: what comes at once is one wish, not two. */
const sameWishMs = 1500;

/**
 * Resolves at the first SIGINT or SIGTERM, or when npm, which started us, is gone. A second signal
 * ends the process at once.
 */
export function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt = 0;
    const wish = (): void => {
      if (firstAt !== 0 && Date.now() - firstAt > sameWishMs) process.exit(130);
      firstAt ||= Date.now();
      resolve();
    };
    process.on('SIGINT', wish);
    process.on('SIGTERM', wish);
    process.on('SIGHUP', wish);
    if (process.env['npm_lifecycle_event'] !== undefined) void watchNpm(wish);
  });
}

/** npm that is killed by SIGKILL passes nothing on; then our parent changes. */
async function watchNpm(wish: () => void): Promise<void> {
  const npm = process.ppid;
  while (process.ppid === npm) await sleep(500, undefined, { ref: false });
  wish();
}
