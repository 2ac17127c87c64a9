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

/** What ids of accounts begin with whose Petya names none. */
const FOREIGN = 'key_';
const FOREIGN_ID = /^key_[\w-]{22}$/;

/** Longest text of a member; what is longer is no id and no greeting. */
const MAX_TEXT = 2_000;

/** Whether an account's Petya is one that names no accounts. */
export function isForeignAccount(accountId: string): boolean {
  return FOREIGN_ID.test(accountId);
}

/** What an account is made of that a Petya with other words than ours has configured. */
export type ForeignConfig = Pick<
  Account,
  'avatarId' | 'intro' | 'knowledgeBaseId' | 'voiceId' | 'language'
>;

const MEMBERS = [
  'avatarId',
  'intro',
  'knowledgeBaseId',
  'contextId',
  'voiceId',
  'language',
] as const;

/** Whether a configuration says which account it is of, as those of our own Petya do. */
export function namesAccount(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'accountId' in data;
}

/**
 * Reads a configuration of `avatarId`, `intro`, `knowledgeBaseId` or `contextId`, `voiceId`, `language`.
 * @returns what is wrong with it, by the member's name, where it cannot be used
 */
export function readForeignConfig(data: unknown, language: string): ForeignConfig | string {
  if (typeof data !== 'object' || data === null) return 'no object';
  const members = data as Readonly<Record<string, unknown>>;
  const texts = MEMBERS.map((name) => textOf(members[name]));
  const wrong = MEMBERS.find((_name, index) => texts[index] === undefined);
  if (wrong !== undefined) return `${wrong} is no text`;
  const [avatarId, intro, knowledgeBaseId, contextId, voiceId, own] = texts as (string | null)[];
  if (!avatarId) return 'no avatarId';
  return {
    avatarId,
    intro: intro ?? '',
    knowledgeBaseId: knowledgeBaseId ?? contextId ?? null,
    voiceId: voiceId ?? null,
    language: own ?? language,
  };
}

/** The account behind a key, with everything that its Petya says nothing of as the operator has it. */
export function foreignAccount(
  config: ForeignConfig,
  accountId: string,
  { allowedOrigins, limits }: AccountDefaults,
): Account {
  return { ...config, accountId, allowedOrigins: [...allowedOrigins], limits: { ...limits } };
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
