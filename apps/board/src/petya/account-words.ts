import type { AccountDto } from '#contracts';
import { counted, formatCount } from '../shared/format.js';
import type { Tone } from '../shared/tone.js';
import { WARNINGS } from './settings/specs.js';

/** What an operator should know of an account before all else. */
export interface Trouble {
  readonly tone: Tone;
  readonly words: string;
}

export function troublesOf({
  suspended,
  avatar,
  allowedOrigins,
  warnings = [],
}: Pick<AccountDto, 'suspended' | 'avatar' | 'allowedOrigins' | 'warnings'>): Trouble[] {
  const watch = (words: string): Trouble => ({ tone: 'watch', words });
  return [
    ...(suspended
      ? [{ tone: 'wrong' as const, words: 'It is suspended: everything is refused to its keys.' }]
      : []),
    ...(avatar.enabled ? [] : [watch('No session may begin: visitors can only write.')]),
    ...(allowedOrigins.length > 0
      ? []
      : [watch('It has no allowed origin: in production no site may use the key of its page.')]),
    ...warnings.map((warning) =>
      watch(Object.hasOwn(WARNINGS, warning) ? WARNINGS[warning] : warning),
    ),
  ];
}

/** An account's state in two words, for a list. */
export function stateOf(account: AccountDto): Trouble {
  const troubles = troublesOf(account);
  if (account.suspended) return { tone: 'wrong', words: 'suspended' };
  if (troubles.length === 0) return { tone: 'calm', words: 'all is set' };
  return { tone: 'watch', words: counted(troubles.length, 'warning') };
}

/** Its caps in minutes: `120 a day, 600 a month`. */
export function capsOf({ limits }: Pick<AccountDto, 'limits'>): string {
  const { maxSecondsPerDay: day = null, maxSecondsPerMonth: month = null } = limits;
  const caps = [
    ...(day === null ? [] : [`${formatCount(day / 60)} a day`]),
    ...(month === null ? [] : [`${formatCount(month / 60)} a month`]),
  ];
  return caps.length === 0 ? 'no cap' : caps.join(', ');
}

/** Its sites: the first, and how many more. */
export function sitesOf({ allowedOrigins }: Pick<AccountDto, 'allowedOrigins'>): string {
  const [first, ...others] = allowedOrigins.map((origin) => origin.replace(/^https:\/\//, ''));
  if (first === undefined) return 'none';
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Whether an account is meant by what somebody looks for: a part of its name, id or a site. */
export function isMeant(
  { name, accountId, allowedOrigins }: Pick<AccountDto, 'name' | 'accountId' | 'allowedOrigins'>,
  wanted: string,
): boolean {
  const [part, ...texts] = [wanted.trim(), name, accountId, ...allowedOrigins].map((text) =>
    text.normalize('NFKC').toLowerCase(),
  );
  return texts.some((text) => text.includes(part ?? ''));
}
