import {
  ACCOUNT_WARNING_MEANINGS,
  type AccountDto,
  type ApiKeyDto,
  type CreatedApiKeyDto,
} from '#contracts';
import type { LineReport } from './import-accounts.js';
import { isJsonObject } from './body.js';
import { asMember, sentenceOf } from './sentence.js';

/** What people read. Names and texts come from elsewhere, so nothing in them moves the cursor. */
export function printable(value: string): string {
  return value.replaceAll(/\p{C}/gu, (character) => {
    const number = character.codePointAt(0) ?? 0;
    return `\\u${number.toString(16).padStart(4, '0')}`;
  });
}

export function accountsText(accounts: readonly AccountDto[]): string {
  const heading = ['accountId', 'suspended', 'enabled', 'language', 'allowedOrigins', 'name'];
  const rows = accounts.map(({ accountId, name, language, avatar, allowedOrigins, suspended }) => [
    accountId,
    String(suspended),
    String(avatar.enabled),
    printable(language),
    String(allowedOrigins.length),
    printable(name),
  ]);
  return columns([heading, ...rows]).join('\n');
}

export function accountText(account: AccountDto): string {
  return columns(leavesOf({ ...account }, '')).join('\n');
}

export function keysText(keys: readonly ApiKeyDto[]): string {
  const rows = keys.map(({ keyId, kind, prefix, lastFour, revokedAt }) => [
    keyId,
    kind,
    `${prefix}…${lastFour}`,
    String(revokedAt),
  ]);
  return columns([['keyId', 'kind', 'key', 'revokedAt'], ...rows]).join('\n');
}

export function newKeyText({ keyId, kind, key }: CreatedApiKeyDto): string {
  const once = `Key ${keyId} (${kind}), shown this once:\n${key}`;
  return kind === 'secret'
    ? `${once}\nIt belongs on the customer's server and into no page.`
    : once;
}

/** For an account that lets no site in. */
export function noOriginsText(accountId: string): string {
  return `In production no site may use the key yet: set ${accountId} --allowedOrigins https://shop.example.com`;
}

/** What does not work yet as an account is set, a line each. */
export function warningLines({ warnings = [] }: AccountDto): string[] {
  return warnings.map((warning) => `${warning}: ${ACCOUNT_WARNING_MEANINGS[warning]}`);
}

export function lineText(report: LineReport, petya: string): string {
  const { line, outcome, name, accountId, apiKey, differs = [], problem } = report;
  const parts = [
    `line ${line}: ${outcome}`,
    ...(accountId === undefined ? [] : [accountId]),
    ...(name === null ? [] : [printable(name)]),
    ...(apiKey ? [apiKey.key] : []),
    ...(differs.length > 0 ? [`(other than in the file: ${differs.join(', ')})`] : []),
  ];
  const why = problem ? `: ${printable(sentenceOf(problem, { petya }, asMember))}` : '';
  return `${parts.join(' ')}${why}`;
}

function leavesOf(value: Record<string, unknown>, path: string): string[][] {
  return Object.entries(value).flatMap(([name, member]) =>
    isJsonObject(member)
      ? leavesOf(member, `${path}${name}.`)
      : [[`${path}${name}`, shown(member)]],
  );
}

/** As it would be written behind the option of that name. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '""' : printable(value.join(','));
  return printable(String(value));
}

/** Rows with their cells one below the other; the first has as many as all. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, at) =>
    Math.max(...rows.map((row) => (row[at] ?? '').length)),
  );
  return rows.map((row) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '),
  );
}
