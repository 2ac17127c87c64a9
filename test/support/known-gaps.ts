import { readFileSync } from 'node:fs';
import { DATABASE_SERVERS, type DatabaseServer } from '../stack/database-server.js';

/** What MongoDB does, and a server that tests run on may not. */
export const ABILITIES = [
  'runsTheApps',
  'explains',
  'explainsTwoConditions',
  'findsByLaterMembers',
] as const;

export type Ability = (typeof ABILITIES)[number];

type Gaps = Readonly<Partial<Record<DatabaseServer, Readonly<Partial<Record<Ability, string>>>>>>;

/** What each server lacks, in a sentence. */
export const KNOWN_GAPS = JSON.parse(
  readFileSync(new URL('known-gaps.json', import.meta.url), 'utf8'),
) as Gaps;

/**
 * Whether the server of the run does what MongoDB does. Where it is known not to, that is printed: a
 * test that then expects less says so.
 */
export function isAble(ability: Ability, say: (line: string) => void = print): boolean {
  const server = DATABASE_SERVERS.find((name) => name === process.env['TEST_DATABASE_SERVER']);
  if (server === undefined) throw new Error('The run does not say which server it is on.');
  const gap = KNOWN_GAPS[server]?.[ability];
  if (gap !== undefined) say(`Expected less of ${server}: ${gap}`);
  return gap === undefined;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
