import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountDto, CreatedApiKeyDto } from '#contracts';
import type { AdminClient } from './admin-client.js';
import { differencesOf } from './differences.js';
import { Failure, type Problem, UNREACHABLE } from './failure.js';
import { type ImportLine, isWanted, nameOf, type Wanted } from './import-file.js';

/** What became of a line. */
export interface LineReport {
  readonly line: number;
  /**
   * `made`: a new account with a key. `found`: an account of this name was there and stays as it is;
   * one without any key has got one. `refused`: see `problem`. `untried`: nobody was there to ask.
   */
  readonly outcome: 'made' | 'found' | 'refused' | 'untried';
  readonly name: string | null;
  readonly accountId?: string;
  /** Only where it is new. */
  readonly apiKey?: CreatedApiKeyDto;
  /** Members of an account that was found that are not as the line wants them. */
  readonly differs?: readonly string[];
  readonly problem?: Problem;
}

/** The routes that an import needs. */
export type ImportRoutes = Pick<
  AdminClient,
  'listAccounts' | 'createAccount' | 'createKey' | 'listKeys'
>;

/**
 * Makes the accounts of a file, one after another, and tells of each line when it is done. A line is known
 * again by its account's name, so a run that broke off, wherever it did, is finished by the next one.
 * @throws Failure where the accounts that are there cannot be read
 */
export async function* importAccounts(
  client: ImportRoutes,
  lines: readonly ImportLine[],
): AsyncGenerator<LineReport> {
  const there = byName(await client.listAccounts());
  let isAway = false;
  for (const { line, wanted } of lines) {
    const name = isWanted(wanted) ? nameOf(wanted) : null;
    if (isAway) yield { line, outcome: 'untried', name };
    else if (!isWanted(wanted)) yield { line, outcome: 'refused', name, problem: wanted };
    else {
      const done = await importLine(client, wanted, there.get(name ?? '') ?? []);
      isAway = done.problem !== undefined && isForAll(done.problem);
      yield { line, name, ...done };
    }
  }
}

function byName(accounts: readonly AccountDto[]): ReadonlyMap<string, readonly AccountDto[]> {
  const all = new Map<string, AccountDto[]>();
  for (const account of accounts) {
    const named = all.get(account.name);
    if (named) named.push(account);
    else all.set(account.name, [account]);
  }
  return all;
}

type Done = Omit<LineReport, 'line' | 'name'>;

/** @param there the accounts of its name */
async function importLine(
  client: ImportRoutes,
  wanted: Wanted,
  there: readonly AccountDto[],
): Promise<Done> {
  const [account, ...others] = there;
  if (others.length > 0) return { outcome: 'refused', problem: ambiguous(there) };
  let accountId = account?.accountId;
  try {
    if (account) return await completed(client, wanted, account);
    ({ accountId } = await inTime(() => client.createAccount(wanted.account)));
    const apiKey = await createKey(client, accountId, wanted);
    return { outcome: 'made', accountId, apiKey };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { outcome: 'refused', accountId, problem: error.problem };
  }
}

/** A run that broke off may have made the account and not its key. */
async function completed(client: ImportRoutes, wanted: Wanted, account: AccountDto): Promise<Done> {
  const { accountId } = account;
  const keys = await inTime(() => client.listKeys(accountId));
  const apiKey = keys.length > 0 ? undefined : await createKey(client, accountId, wanted);
  const differs = differencesOf(wanted, account, apiKey ? [apiKey] : keys);
  return { outcome: 'found', accountId, apiKey, differs };
}

function createKey(client: ImportRoutes, accountId: string, { key }: Wanted) {
  return inTime(() => client.createKey(accountId, key));
}

/** A file may have more lines than Petya takes calls a minute: such a call has done nothing and comes again. */
async function inTime<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const isTooMany = error instanceof Failure && error.problem.status === 429;
      if (!isTooMany || error.retryAfterMs === null) throw error;
      await sleep(error.retryAfterMs);
    }
  }
}

/** Whether the next line would be answered the same. */
function isForAll({ type, status }: Problem): boolean {
  return type === UNREACHABLE || status === 401;
}

function ambiguous(there: readonly AccountDto[]): Problem {
  const ids = there.map(({ accountId }) => accountId).join(', ');
  const message = `Several accounts have this name: ${ids}. Names tell lines apart: rename all but one.`;
  return { type: 'urn:problem:name_ambiguous', message };
}
