import {
  COMMAND_NAMES,
  type CommandName,
  COMMANDS,
  type CommandSpec,
  COMMON_OPTIONS,
} from './commands.js';
import { type Option, writtenForm } from './options.js';

/** @param command null for all of them */
export function helpText(command: CommandName | null): string {
  return command === null ? overview() : helpOf(command, COMMANDS[command]);
}

function overview(): string {
  const commands = COMMAND_NAMES.map((name) => [formOf(name, COMMANDS[name]), COMMANDS[name].says]);
  return [
    'Accounts and keys of a running petya-avatar-api, by its admin routes.',
    '',
    ...aligned(commands),
    '',
    '`COMMAND --help` has the options of each. Of all:',
    ...aligned(COMMON_OPTIONS.map(rowOf)),
    '',
    "ADMIN_TOKEN in the environment is Petya's admin token; it is no option.",
    'The code is 0 where all was done, 1 where something was refused, 2 where the command line is wrong.',
  ].join('\n');
}

function helpOf(name: CommandName, spec: CommandSpec): string {
  return [
    `${formOf(name, spec)} [options]: ${spec.says}.`,
    '',
    spec.more,
    '',
    ...aligned([...spec.options, ...COMMON_OPTIONS].map(rowOf)),
  ].join('\n');
}

function formOf(name: CommandName, { words }: CommandSpec): string {
  return [name, ...words].join(' ');
}

function rowOf(option: Option): [string, string] {
  const value = { text: ' TEXT', number: ' NUMBER', flag: ' true|false', list: ' A,B' };
  const { kind } = option;
  const written = writtenForm(option);
  if (kind === 'switch') return [written, option.says];
  if (kind === 'group') return [`${written} null`, option.says];
  return [`${written}${kind === 'map' ? ' TEXT' : value[kind]}`, option.says];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([form = '']) => form.length));
  return rows.map(([form = '', says = '']) => `  ${form.padEnd(width)}  ${says}`);
}
