import { ApiFailure, callApi } from './json-api.js';
import { PlainFailure } from './say.js';

export interface DemoAccount {
  readonly accountId: string;
  readonly apiKey: string;
  /** Of the shop's own server; a new one with each start, since only its digest is kept. */
  readonly secretKey: string;
}

export interface DemoAccountOptions {
  readonly petyaUrl: string;
  readonly adminToken: string;
  /** Pages of these origins may use the key. */
  readonly allowedOrigins: readonly string[];
}

/** The key that the plugin's documentation shows; it opens local stacks only. */
export const demoApiKey = 'SE_5799564546777614';

/** A session without a context only speaks what it is told; with one the persona answers. */
const demoContextId = '5b9a2c0e-7d31-4c43-9f0b-8a6f6f0f4e21';

/**
 * Makes sure that the demo account with its key is there, as an operator would; what an earlier
 * run left is kept, only its origins follow the page.
 */
export async function provideDemoAccount(options: DemoAccountOptions): Promise<DemoAccount> {
  const accounts = `${options.petyaUrl}/api/v1/admin/accounts`;
  const { adminToken: bearer, allowedOrigins } = options;
  const known = (await findAccount(options.petyaUrl)) ?? (await findClosedAccount(options));
  if (known !== null) {
    const body = { allowedOrigins, suspended: false };
    await callApi(`${accounts}/${known}`, { method: 'PATCH', bearer, body });
    return { accountId: known, apiKey: demoApiKey, secretKey: await makeSecretKey(options, known) };
  }
  const { accountId } = await callApi<{ accountId: string }>(accounts, {
    bearer,
    body: {
      name: 'Holm & Daughter',
      language: 'en',
      allowedOrigins,
      avatar: {
        intro: 'Hello, I am Katya. What can I do for you?',
        knowledgeBaseId: demoContextId,
      },
    },
  });
  await callApi(`${accounts}/${accountId}/keys`, { bearer, body: { key: demoApiKey } });
  return { accountId, apiKey: demoApiKey, secretKey: await makeSecretKey(options, accountId) };
}

/**
 * Closes the demo account that an earlier run may have left in the same database. It is suspended, so
 * that its other keys are closed too, and can be opened again.
 * @returns its id; null where none was open
 * @throws PlainFailure where one is open and stays so
 */
export async function closeDemoAccount({
  petyaUrl,
  adminToken: bearer,
}: Omit<DemoAccountOptions, 'allowedOrigins'>): Promise<string | null> {
  const open = await findAccount(petyaUrl);
  if (open === null) return null;
  try {
    const url = `${petyaUrl}/api/v1/admin/accounts/${open}`;
    await callApi(url, { method: 'PATCH', bearer, body: { suspended: true } });
    return open;
  } catch (cause) {
    throw new PlainFailure(
      `The older demo account ${open} is open to everybody and could not be closed: ${String(cause)}. Suspend it, or revoke its key ${demoApiKey}, with the operator's token.`,
      { cause },
    );
  }
}

interface ListedAccount {
  readonly accountId: string;
  readonly suspended: boolean;
}

interface ListedKey {
  readonly keyId: string;
  readonly kind: string;
  readonly prefix: string;
  readonly lastFour: string;
  readonly revokedAt: string | null;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Makes a secret key; those of earlier starts are in nobody's hands any more. */
async function makeSecretKey(
  { petyaUrl, adminToken: bearer }: DemoAccountOptions,
  accountId: string,
): Promise<string> {
  const keys = `${petyaUrl}/api/v1/admin/accounts/${accountId}/keys`;
  for (const { keyId } of (await listAll<ListedKey>(keys, bearer)).filter(isOldSecret)) {
    await callApi(`${keys}/${keyId}`, { method: 'DELETE', bearer });
  }
  return (await callApi<{ key: string }>(keys, { bearer, body: { kind: 'secret' } })).key;
}

function isOldSecret({ kind, revokedAt }: ListedKey): boolean {
  return kind === 'secret' && revokedAt === null;
}

/** The account that the demo key opens; null where it opens none. */
async function findAccount(petyaUrl: string): Promise<string | null> {
  try {
    const url = `${petyaUrl}/api/v1/avatar/config`;
    return (await callApi<{ accountId: string }>(url, { apiKey: demoApiKey })).accountId;
  } catch (error) {
    if (error instanceof ApiFailure && [401, 403].includes(error.status)) return null;
    throw error;
  }
}

/** The suspended account that has the demo key; Petya says no more of one by its key. */
async function findClosedAccount({
  petyaUrl,
  adminToken: bearer,
}: DemoAccountOptions): Promise<string | null> {
  const accounts = `${petyaUrl}/api/v1/admin/accounts`;
  for (const { accountId, suspended } of await listAll<ListedAccount>(accounts, bearer)) {
    if (!suspended) continue;
    const keys = await listAll<ListedKey>(`${accounts}/${accountId}/keys`, bearer);
    if (keys.some(isDemoKey)) return accountId;
  }
  return null;
}

function isDemoKey({ prefix, lastFour, revokedAt }: ListedKey): boolean {
  return demoApiKey.startsWith(prefix) && demoApiKey.endsWith(lastFour) && revokedAt === null;
}

async function listAll<T>(url: string, bearer: string): Promise<T[]> {
  const all: T[] = [];
  for (let query = '?limit=100'; ;) {
    const { items, nextCursor } = await callApi<Page<T>>(`${url}${query}`, { bearer });
    all.push(...items);
    if (nextCursor === null) return all;
    query = `?limit=100&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
