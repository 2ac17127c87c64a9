import { isDeepStrictEqual } from 'node:util';
import type { AccountDto, ApiKeyDto } from '#contracts';
import { isJsonObject } from './body.js';
import type { Wanted } from './import-file.js';

/** Members whose own members differ one by one. */
const NESTED = ['avatar', 'limits'] as const;

/**
 * The members of an account that are not as a line wants them; what the line does not say may be anything.
 * @param keys all keys of the account
 */
export function differencesOf(
  { account: wanted, key }: Wanted,
  account: AccountDto,
  keys: readonly ApiKeyDto[],
): string[] {
  const { key: text } = key;
  const isKeyThere = typeof text !== 'string' || keys.some((each) => isOf(each, text));
  return [...differingMembers(wanted, { ...account }, ''), ...(isKeyThere ? [] : ['key'])];
}

function differingMembers(wanted: object, actual: Record<string, unknown>, path: string): string[] {
  return Object.entries(wanted).flatMap(([name, value]: [string, unknown]) => {
    const is = actual[name];
    const nested = NESTED.some((each) => each === name) && path === '';
    if (nested && isJsonObject(value) && typeof is === 'object') {
      return differingMembers(value, { ...is }, `${name}.`);
    }
    return isAsWanted(value, is, path) ? [] : [`${path}${name}`];
  });
}

function isAsWanted(wanted: unknown, is: unknown, path: string): boolean {
  // A limit that is taken away reads as its default.
  if (wanted === null && path === 'limits.') return true;
  return isDeepStrictEqual(wanted, is);
}

/** Of a key, Petya shows how it begins and ends. */
function isOf({ prefix, lastFour, revokedAt }: ApiKeyDto, text: string): boolean {
  return revokedAt === null && text.startsWith(prefix) && text.endsWith(lastFour);
}
