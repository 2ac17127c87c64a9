import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { databaseUri } from '../../stack/database-uri.js';
import { ManagedProcess } from '../../stack/managed-process.js';
import { freePort } from '../../stack/ports.js';
import { cachePath, compiledPath } from '../../stack/project-root.js';
import type { Target } from './target.js';
import { VENDOR_KEY } from './vendor.stub.js';

/** What may be changed in the app (`app-variant.process.ts`). */
export type Variant = 'axios' | 'no-look-up' | 'no-session-look-up' | 'no-validation';

/** How a replica of the avatar app differs from the one that is measured first. */
export interface AppOptions {
  readonly name: string;
  readonly variants?: readonly Variant[];
  readonly env?: Readonly<Record<string, string>>;
  /** The Node program; this process's without it. */
  readonly node?: string;
}

/** Where the replicas find the others. */
export interface AppSurroundings {
  readonly mongodbUri: string;
  readonly petyaPort: number;
  readonly vendorPort: number;
}

/** Shared by the replicas, as theirs is. */
export const DATABASE_NAME = 'bench_rest';

/** Counted, and never reached: what is measured is the counting. */
const HIGH_RATE = '100000000';

/** Starts the avatar app as built, with rate limits on and nobody but the load to look after. */
export async function startApp(
  surroundings: AppSurroundings,
  { name, variants = [], env = {}, node }: AppOptions,
): Promise<Target> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = ['apps', 'ilianaai-avatar', 'src', 'main.js'];
  const entry = variants.length > 0 ? ['test', 'bench', 'rest', 'app-variant.process.js'] : folder;
  const spec = {
    name,
    entry: compiledPath(...entry),
    env: {
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: String(port),
      MONGODB_URI: databaseUri(surroundings.mongodbUri, DATABASE_NAME),
      LIVEAVATAR_API_KEY: VENDOR_KEY,
      LIVEAVATAR_BASE_URL: `http://127.0.0.1:${surroundings.vendorPort}`,
      HEYGEN_ENABLED: 'true',
      HEYGEN_API_KEY: VENDOR_KEY,
      HEYGEN_BASE_URL: `http://127.0.0.1:${surroundings.vendorPort}`,
      PETYA_BASE_URL: `http://127.0.0.1:${surroundings.petyaPort}`,
      PETYA_AUTH_TOKEN: 'bench-service-token',
      SESSION_TOKEN_SECRET: 'bench-secret-of-at-least-thirty-two-bytes',
      RATE_PER_ADDRESS_PER_MINUTE: HIGH_RATE,
      RATE_PER_KEY_PER_MINUTE: HIGH_RATE,
      MAX_SESSION_SECONDS: '86400',
      UPKEEP_POLL_SECONDS: '30',
      VENDOR_CALLS_PER_SECOND: '0',
      VENDOR_POLL_SECONDS: '600',
      ...(variants.length > 0 ? { VARIANT: variants.join(',') } : {}),
      ...env,
    },
    healthUrl: `${url}/health/ready`,
    ...(node === undefined ? {} : { node }),
  };
  const app = new ManagedProcess(spec, cachePath('logs', 'bench-rest', `${name}.log`));
  await app.start();
  return { name, port, pid: app.pid ?? null, stop: async () => void (await app.stop()) };
}

/** A certificate for `localhost` that whoever trusts it takes for its own authority. */
export async function makeCertificate(): Promise<string> {
  const folder = cachePath('bench-certificate');
  await mkdir(folder, { recursive: true });
  if (existsSync(`${folder}/cert.pem`)) return folder;
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  spawnSync('openssl', ['req', '-x509', '-days', '3650', ...kind, ...subject, ...files]);
  return folder;
}
