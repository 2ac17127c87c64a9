import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the parties of a local stack prove themselves with. */
export interface Secrets {
  readonly vendorKey: string;
  readonly serviceToken: string;
  readonly adminToken: string;
  readonly apiKeyPepper: string;
  readonly sessionTokenSecret: string;
  readonly livekitSecret: string;
}

export function generateSecrets(): Secrets {
  return {
    vendorKey: randomSecret(),
    serviceToken: randomSecret(),
    adminToken: randomSecret(),
    apiKeyPepper: randomSecret(),
    sessionTokenSecret: randomSecret(),
    livekitSecret: randomSecret(),
  };
}

/** Generated once and kept, readable for its owner only: the pepper must outlive a run. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { ...generateSecrets(), ...(JSON.parse(kept) as Secrets) };
  const secrets = generateSecrets();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

function randomSecret(): string {
  return randomBytes(32).toString('hex');
}
