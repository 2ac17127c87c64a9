import { readFile } from 'node:fs/promises';
import { AdminClient } from './admin-client.js';
import {
  connectionOf,
  type Environment,
  publicAddressesOf,
  type UsualPetya,
} from './connection.js';
import { type Embed, Embeds } from './embed.js';
import { Failure, misuse, USAGE } from './failure.js';
import { helpText } from './help.js';
import { importAccounts } from './import-accounts.js';
import { readImport } from './import-file.js';
import { type Action, type Invocation, readInvocation } from './invocation.js';
import { type Asked, sentenceOf } from './sentence.js';
import * as text from './text.js';

/** Where a command writes whole lines. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What a command works with. */
interface Desk {
  readonly client: AdminClient;
  readonly embeds: Embeds;
  readonly petya: string;
  /** Says an answer, as JSON or for people. */
  readonly answer: (json: object, forPeople: string) => void;
}

/**
 * One command line of the operator's.
 * @returns the exit code: 0 all done, 1 refused, 2 not understood
 */
export async function runAccounts(
  args: readonly string[],
  environment: Environment,
  usual: UsualPetya,
  output: Output,
): Promise<0 | 1 | 2> {
  const isJson = args.includes('--json');
  let asked: Asked = { petya: usual.url };
  try {
    const invocation = readInvocation(args);
    if ('helpOf' in invocation) {
      output.out(helpText(invocation.helpOf));
      return 0;
    }
    const desk = await deskFor(invocation, environment, usual, (json, forPeople) =>
      output.out(isJson ? JSON.stringify(json) : forPeople),
    );
    asked = { petya: desk.petya, ...idsOf(invocation.action) };
    return await perform(invocation.action, desk);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { problem } = error;
    output.err(isJson ? JSON.stringify(problem) : text.printable(sentenceOf(problem, asked)));
    return problem.type === USAGE ? 2 : 1;
  }
}

async function deskFor(
  { addresses }: Invocation,
  environment: Environment,
  usual: UsualPetya,
  answer: Desk['answer'],
): Promise<Desk> {
  const connection = await connectionOf(addresses, environment, usual);
  const { petya } = connection;
  const embeds = new Embeds(petya, publicAddressesOf(addresses, environment));
  return { client: new AdminClient(connection), embeds, petya, answer };
}

function idsOf(action: Action): Omit<Asked, 'petya'> {
  if (!('accountId' in action)) return {};
  return { accountId: action.accountId, keyId: 'keyId' in action ? action.keyId : undefined };
}

async function perform(action: Action, desk: Desk): Promise<0 | 1> {
  const { client, answer } = desk;
  switch (action.command) {
    case 'create':
      await create(action, desk);
      return 0;
    case 'list': {
      const items = await client.listAccounts();
      answer({ items }, text.accountsText(items));
      return 0;
    }
    case 'show': {
      const account = await client.account(action.accountId);
      const keys = await client.listKeys(action.accountId);
      const about = [text.accountText(account), ...text.warningLines(account)].join('\n');
      answer({ account, keys }, `${about}\n\n${text.keysText(keys)}`);
      return 0;
    }
    case 'set': {
      const account = await client.changeAccount(action.accountId, action.changes);
      answer({ account }, [text.accountText(account), ...text.warningLines(account)].join('\n'));
      return 0;
    }
    case 'key':
      await createKey(action, desk);
      return 0;
    case 'revoke': {
      const apiKey = await client.revokeKey(action.accountId, action.keyId);
      answer({ apiKey }, text.keysText([apiKey]));
      return 0;
    }
    case 'import':
      return runImport(action.file, desk);
  }
}

async function create(
  { account: body, key }: Extract<Action, { command: 'create' }>,
  { client, embeds, answer }: Desk,
): Promise<void> {
  const account = await client.createAccount(body);
  const { accountId, name, allowedOrigins } = account;
  const made = `Account ${accountId} (${text.printable(name)}) is made.`;
  const apiKey = await client.createKey(accountId, key).catch((error: unknown) => {
    // The account is there, and nobody would know its id.
    const advice = `It has no key: \`key ${accountId}\` makes one.`;
    answer({ account, apiKey: null, embedCode: null }, `${made} ${advice}`);
    throw error;
  });
  const embed = await embeds.for(apiKey.key);
  const advice = [
    ...(allowedOrigins.length > 0 ? [] : [text.noOriginsText(accountId)]),
    ...text.warningLines(account),
  ];
  const lines = [made, text.newKeyText(apiKey), '', embedText(embed), ...spaced(advice)];
  answer({ account, apiKey, ...embed }, lines.join('\n'));
}

async function createKey(
  { accountId, key }: Extract<Action, { command: 'key' }>,
  { client, embeds, answer }: Desk,
): Promise<void> {
  const apiKey = await client.createKey(accountId, key);
  const embed = apiKey.kind === 'secret' ? null : await embeds.for(apiKey.key);
  const shown = text.newKeyText(apiKey);
  answer({ apiKey, ...embed }, embed ? `${shown}\n\n${embedText(embed)}` : shown);
}

/** Each line is said when it is done: a key that is not shown then is never seen again. */
async function runImport(file: string, { client, embeds, petya, answer }: Desk): Promise<0 | 1> {
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw misuse(`FILE cannot be read (${codeOf(cause)}).`);
  });
  let isWhole = true;
  for await (const report of importAccounts(client, readImport(file, content))) {
    isWhole &&= report.outcome === 'made' || report.outcome === 'found';
    const embed = report.apiKey ? await embeds.for(report.apiKey.key) : null;
    answer({ ...report, ...embed }, [text.lineText(report, petya), ...indented(embed)].join('\n'));
  }
  return isWhole ? 0 : 1;
}

function spaced(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function embedText(embed: Embed): string {
  return embed.embedCode === null
    ? embed.missing
    : `Embed code, for the customer's pages:\n${embed.embedCode}`;
}

function indented(embed: Embed | null): string[] {
  return embed === null ? [] : [`  ${embed.embedCode ?? embed.missing}`];
}

function codeOf(cause: unknown): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
