import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the parties of a local stack prove themselves with. */
export interface Secrets {
  readonly vendorKey: string;
  readonly serviceToken: string;
  readonly adminToken: string;
  readonly metricsToken: string;
  readonly apiKeyPepper: string;
  readonly sessionTokenSecret: string;
  readonly livekitSecret: string;
}

export function generateSecrets(): Secrets {
  return {
    vendorKey: randomSecret(),
    serviceToken: randomSecret(),
    adminToken: randomSecret(),
    metricsToken: randomSecret(),
    apiKeyPepper: randomSecret(),
    sessionTokenSecret: randomSecret(),
    livekitSecret: randomSecret(),
  };
}

/**
 * Generated once and kept, readable for its owner only: the pepper must outlive a run. What a file of an
 * earlier release lacks is added to it.
 */
export async function loadSecrets(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const kept = JSON.parse(text) as Partial<Secrets>;
  const secrets: Secrets = { ...generateSecrets(), ...kept };
  if (Object.keys(kept).length === Object.keys(secrets).length) return secrets;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

function randomSecret(): string {
  return randomBytes(32).toString('hex');
}
