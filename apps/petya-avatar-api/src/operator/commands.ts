import { ACCOUNT_MEMBERS, KEY_MEMBERS } from './account-members.js';
import type { Option } from './options.js';

export interface CommandSpec {
  /** What has to stand behind the command. */
  readonly words: readonly string[];
  readonly options: readonly Option[];
  readonly says: string;
  readonly more: string;
}

/** Options of every command. */
export const COMMON_OPTIONS: readonly Option[] = [
  {
    name: 'petya',
    kind: 'text',
    says: 'where the admin routes are (PETYA_BASE_URL), with ADMIN_PORT that address',
  },
  { name: 'json', kind: 'switch', says: 'JSON and nothing else, for scripts' },
  { name: 'help', kind: 'switch', says: 'this' },
];

/** Where a visitor's browser finds what the embed code names. */
const EMBED_OPTIONS: readonly Option[] = [
  {
    name: 'api',
    kind: 'text',
    says: "Petya's address for visitors (PETYA_PUBLIC_URL), where it is not --petya",
  },
  {
    name: 'gateway',
    kind: 'text',
    says: "the gateway's address for visitors (AVATAR_PUBLIC_URL), where Petya knows none",
  },
];

const NULL_TAKES_AWAY =
  'The value null takes a value away, so that the default stands again; an empty list is --allowedOrigins "". ' +
  'Lists and voiceSettings, sttConfig and variables are replaced as a whole.';

export const COMMANDS = {
  create: {
    words: [],
    options: [...ACCOUNT_MEMBERS, ...KEY_MEMBERS.filter(isKey), ...EMBED_OPTIONS],
    says: 'makes an account with its customer key, and prints the embed code',
    more: 'The key is shown here and never again. --name is needed.',
  },
  list: { words: [], options: [], says: 'lists all accounts', more: 'All pages, in one list.' },
  show: {
    words: ['ID'],
    options: [],
    says: 'shows an account and its keys',
    more: 'Of a key only the first and last four characters are known.',
  },
  set: {
    words: ['ID'],
    options: ACCOUNT_MEMBERS,
    says: 'changes the members that are said, and nothing else',
    more: NULL_TAKES_AWAY,
  },
  key: {
    words: ['ID'],
    options: [...KEY_MEMBERS, ...EMBED_OPTIONS],
    says: 'makes one more key of an account',
    more: 'The key is shown here and never again; with a customer key comes the embed code.',
  },
  revoke: {
    words: ['ID', 'KEYID'],
    options: [],
    says: 'revokes a key at once; a second time changes nothing',
    more: '`show ID` has the KEYID.',
  },
  import: {
    words: ['FILE'],
    options: EMBED_OPTIONS,
    says: 'makes an account for each line of a .csv or .json file',
    more:
      'A line is known again by its name: where an account has it, none is made, and that account stays as ' +
      'it is; one without any key gets a key. So a run that broke off is run again. The columns of a .csv are ' +
      'the options of create; a .json is a list of bodies of POST /admin/accounts. Both may have a key. ' +
      'The code is 0 only where every line has its account.',
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** The key that a page has is a customer key, so there is no kind to choose. */
function isKey({ name }: Option): boolean {
  return name === 'key';
}
