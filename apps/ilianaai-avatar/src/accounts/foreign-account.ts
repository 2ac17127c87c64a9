import { promisify } from 'node:util';
import { scrypt } from 'node:crypto';
import type { AccountLimitsDto } from '#contracts';
import type { Account } from './account.js';

/** What an account is given that its Petya says nothing of. */
export interface AccountDefaults {
  readonly language: string;
  readonly allowedOrigins: readonly string[];
  readonly limits: Readonly<AccountLimitsDto>;
}

/** What ids of accounts begin with whose Petya names none; ids of our own Petya are hexadecimal. */
const FOREIGN = 'key_';

/** Longest text of a member; what is longer is no id and no greeting. */
const MAX_TEXT = 2_000;

/** Whether an account's Petya is one that names no accounts. */
export function isForeignAccount(accountId: string): boolean {
  return accountId.startsWith(FOREIGN);
}

/** Whether an answer is that of a Petya which names no accounts: one that is not ours. */
export function isForeignConfig(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !('accountId' in data);
}

/**
 * The account of a configuration with `avatarId`, `intro`, `knowledgeBaseId` or `contextId`, and
 * `voiceId`; everything else is as the operator has set it here.
 * @returns null where it names no avatar, or a member is no text
 */
export function foreignAccount(
  data: Readonly<Record<string, unknown>>,
  accountId: string,
  defaults: AccountDefaults,
): Account | null {
  const texts = ['avatarId', 'intro', 'knowledgeBaseId', 'contextId', 'voiceId', 'language'].map(
    (name) => textOf(data[name]),
  );
  if (texts.includes(undefined)) return null;
  const [avatarId, intro, knowledgeBaseId, contextId, voiceId, language] = texts as (
    string | null
  )[];
  if (!avatarId) return null;
  return {
    accountId,
    avatarId,
    intro: intro ?? '',
    knowledgeBaseId: knowledgeBaseId ?? contextId ?? null,
    voiceId: voiceId ?? null,
    language: language ?? defaults.language,
    allowedOrigins: [...defaults.allowedOrigins],
    limits: { ...defaults.limits },
  };
}

/** Null where there is nothing, undefined where there is something else than a text. */
function textOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined;
}

const derive = promisify<string, string, number, Buffer>(scrypt);

/**
 * The id of the account behind a key, the same on every replica and after every start. It stands in
 * records and log lines, and a key may have as few as sixteen digits: hence scrypt (50 ms), by
 * which nobody tries them all.
 */
export async function foreignAccountId(key: string): Promise<string> {
  const digest = await derive(key, 'account of a customer key', 16);
  return `${FOREIGN}${digest.toString('base64url')}`;
}
