import { ApiFailure, callApi } from './json-api.js';

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
  const known = await findAccount(options.petyaUrl);
  if (known !== null) {
    await callApi(`${accounts}/${known}`, { method: 'PATCH', bearer, body: { allowedOrigins } });
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

interface ListedKey {
  readonly keyId: string;
  readonly kind: string;
  readonly revokedAt: string | null;
}

/** Makes a secret key; those of earlier starts are in nobody's hands any more. */
async function makeSecretKey(
  { petyaUrl, adminToken: bearer }: DemoAccountOptions,
  accountId: string,
): Promise<string> {
  const keys = `${petyaUrl}/api/v1/admin/accounts/${accountId}/keys`;
  const { items } = await callApi<{ items: ListedKey[] }>(`${keys}?limit=100`, { bearer });
  for (const { keyId } of items.filter(isOldSecret)) {
    await callApi(`${keys}/${keyId}`, { method: 'DELETE', bearer });
  }
  return (await callApi<{ key: string }>(keys, { bearer, body: { kind: 'secret' } })).key;
}

function isOldSecret({ kind, revokedAt }: ListedKey): boolean {
  return kind === 'secret' && revokedAt === null;
}

async function findAccount(petyaUrl: string): Promise<string | null> {
  try {
    const url = `${petyaUrl}/api/v1/avatar/config`;
    return (await callApi<{ accountId: string }>(url, { apiKey: demoApiKey })).accountId;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) return null;
    throw error;
  }
}
