import { writeFile } from 'node:fs/promises';
import { isDemoAllowed } from './demo-allowed.js';
import { provideDemoAccount } from './demo-account.js';
import { say, sayFailure } from './say.js';

try {
  if (isDemoAllowed(process.env)) await provide();
  else await provideNone();
} catch (error) {
  sayFailure(error);
  process.exitCode = 1;
}

async function provide(): Promise<void> {
  const account = await provideDemoAccount({
    petyaUrl: required('PETYA_URL'),
    // Where there are several, the first.
    adminToken: required('ADMIN_TOKEN').split(',', 1)[0]?.trim() ?? '',
    allowedOrigins: required('ALLOWED_ORIGINS').split(','),
  });
  const file = process.env['SECRET_KEY_FILE'];
  if (file !== undefined) await writeFile(file, account.secretKey, { mode: 0o600 });
  say(`The demo account ${account.accountId} has the key ${account.apiKey}.`);
}

/** The page finds an empty key then, and nobody answers at its desk. */
async function provideNone(): Promise<void> {
  const file = process.env['SECRET_KEY_FILE'];
  if (file !== undefined) await writeFile(file, '', { mode: 0o600 });
  say('No demo account in production or for a real vendor: its key is known to everybody.');
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value;
}
