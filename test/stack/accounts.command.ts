import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAccounts } from '../../apps/petya-avatar-api/src/operator/run-accounts.js';
import { terminalOutput } from '../../apps/petya-avatar-api/src/operator/terminal.js';
import { localUrl } from './programs.js';
import { cachePath } from './project-root.js';
import { sayFailure } from './say.js';
import { optional, portOf } from './variables.js';

/*
 * `npm run accounts`: the operator's command, which asks the Petya of `npm start` where none is named.
 * Only that one is shown the admin token that the local stack keeps for itself.
 */
try {
  const usual = { url: localUrl(portOf('PETYA_PORT', 5000)), adminToken: keptToken };
  process.exitCode = await runAccounts(process.argv.slice(2), process.env, usual, terminalOutput());
} catch (error) {
  sayFailure(error);
  process.exitCode = 1;
}

/** Null where no stack was ever started here. */
async function keptToken(): Promise<string | null> {
  const file = join(optional('STACK_FOLDER') ?? cachePath(), 'secrets.json');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept === null) return null;
  const { adminToken } = JSON.parse(kept) as { readonly adminToken?: string };
  return adminToken ?? null;
}
