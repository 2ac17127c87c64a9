import { runAccounts } from './run-accounts.js';
import { terminalOutput } from './terminal.js';

/*
 * For the machine or the container that petya-avatar-api runs in, whose environment has its ADMIN_TOKEN:
 *   node dist/apps/petya-avatar-api/src/operator/accounts.command.js list
 */
const usual = { url: 'http://127.0.0.1:5000', adminToken: () => Promise.resolve(null) };
process.exitCode = await runAccounts(process.argv.slice(2), process.env, usual, terminalOutput());
