import type { Output } from './run-accounts.js';

/** The terminal, a file or a pipe that a command was started with. */
export function terminalOutput(): Output {
  // Whoever reads along may have enough before the end, as `head` has.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit();
  });
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  };
}
