import { writeFile } from 'node:fs/promises';
import { isDemoAllowed, type StackKind } from './demo-allowed.js';
import { closeDemoAccount, provideDemoAccount } from './demo-account.js';
import { say, sayFailure } from './say.js';
import { optional, requiredList, requiredUrl } from './variables.js';

try {
  if (isDemoAllowed(kindOfStack())) await provide();
  else await provideNone();
} catch (error) {
  sayFailure(error);
  process.exitCode = 1;
}

async function provide(): Promise<void> {
  const account = await provideDemoAccount({
    ...petya(),
    allowedOrigins: requiredList('ALLOWED_ORIGINS'),
  });
  const file = optional('SECRET_KEY_FILE');
  if (file !== undefined) await writeFile(file, account.secretKey, { mode: 0o600 });
  say(`The demo account ${account.accountId} has the key ${account.apiKey}.`);
}

/** The page finds an empty key then, and nobody answers at its desk. */
async function provideNone(): Promise<void> {
  const file = optional('SECRET_KEY_FILE');
  if (file !== undefined) await writeFile(file, '', { mode: 0o600 });
  say('No demo account in production or for a real vendor: its key is known to everybody.');
  const closed = await closeDemoAccount(petya());
  if (closed !== null) say(`The older one, ${closed}, is suspended, and with it its keys.`);
}

function petya() {
  return {
    petyaUrl: requiredUrl('PETYA_URL'),
    // Where there are several, the first.
    adminToken: requiredList('ADMIN_TOKEN')[0] ?? '',
  };
}

function kindOfStack(): StackKind {
  return {
    NODE_ENV: optional('NODE_ENV'),
    LIVEAVATAR_API_KEY: optional('LIVEAVATAR_API_KEY'),
    HEYGEN_API_KEY: optional('HEYGEN_API_KEY'),
  };
}
