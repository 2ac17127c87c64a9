import { ACCOUNT_MEMBERS, KEY_MEMBERS } from './account-members.js';
import { readArguments } from './arguments.js';
import { bodyFrom, type JsonObject } from './body.js';
import {
  COMMAND_NAMES,
  type CommandName,
  COMMANDS,
  type CommandSpec,
  COMMON_OPTIONS,
  isCommand,
} from './commands.js';
import { misuse } from './failure.js';
import { optionNamed, type Said, writtenForm } from './options.js';

/** What is asked of Petya. */
export type Action =
  | { readonly command: 'create'; readonly account: JsonObject; readonly key: JsonObject }
  | { readonly command: 'list' }
  | { readonly command: 'show'; readonly accountId: string }
  | { readonly command: 'set'; readonly accountId: string; readonly changes: JsonObject }
  | { readonly command: 'key'; readonly accountId: string; readonly key: JsonObject }
  | { readonly command: 'revoke'; readonly accountId: string; readonly keyId: string }
  | { readonly command: 'import'; readonly file: string };

/** Addresses that the command line names. */
export interface Addresses {
  readonly petya?: string;
  readonly api?: string;
  readonly gateway?: string;
}

export interface Invocation {
  readonly action: Action;
  readonly addresses: Addresses;
}

/** Somebody wants to know; null of all commands. */
export interface HelpWanted {
  readonly helpOf: CommandName | null;
}

/**
 * What a command line wants.
 * @throws Failure that says what is known, and repeats no value
 */
export function readInvocation(args: readonly string[]): Invocation | HelpWanted {
  const { words, said } = readArguments(args);
  const [command, ...others] = words;
  const isHelp = said.has('help');
  if (command === undefined || !isCommand(command)) {
    if (isHelp) return { helpOf: null };
    const what = command === undefined ? 'No command is said' : 'There is no such command';
    throw misuse(`${what}; there are ${COMMAND_NAMES.join(', ')}. --help says more.`);
  }
  if (isHelp) return { helpOf: command };
  refuseUnknown(command, said);
  refuseWords(command, others);
  const [petya, api, gateway] = ['petya', 'api', 'gateway'].map((name) => said.get(name)?.[0]);
  return { action: actionOf(command, others, said), addresses: { petya, api, gateway } };
}

function refuseUnknown(command: CommandName, said: Said): void {
  const known = [...COMMANDS[command].options, ...COMMON_OPTIONS];
  for (const [name, texts] of said) {
    const option = optionNamed(name, known);
    if (!option) {
      const list = known.map(writtenForm).join(', ');
      throw misuse(`${command} has no option --${name}; it has ${list}.`);
    }
    if (option.kind !== 'list' && texts.length > 1) throw misuse(`--${name} is said twice.`);
  }
}

function refuseWords(command: CommandName, words: readonly string[]): void {
  const { words: needed }: CommandSpec = COMMANDS[command];
  if (words.length === needed.length && !words.includes('')) return;
  const form = [command, ...needed].join(' ');
  throw misuse(`It is written: ${form}, and options behind it. \`${command} --help\` says more.`);
}

function actionOf(command: CommandName, words: readonly string[], said: Said): Action {
  const [first = '', second = ''] = words;
  switch (command) {
    case 'create':
      return { command, account: bodyFrom(said, ACCOUNT_MEMBERS), key: keyFrom(said) };
    case 'list':
      return { command };
    case 'show':
      return { command, accountId: first };
    case 'set':
      return { command, accountId: first, changes: changesFrom(said) };
    case 'key':
      return { command, accountId: first, key: keyFrom(said) };
    case 'revoke':
      return { command, accountId: first, keyId: second };
    case 'import':
      return { command, file: first };
  }
}

function keyFrom(said: Said): JsonObject {
  return bodyFrom(said, KEY_MEMBERS);
}

function changesFrom(said: Said): JsonObject {
  const changes = bodyFrom(said, ACCOUNT_MEMBERS);
  if (Object.keys(changes).length > 0) return changes;
  throw misuse('There is nothing to change: say a member, such as --avatar.enabled false.');
}
