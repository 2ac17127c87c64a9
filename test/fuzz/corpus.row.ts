import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';
import type { Arena } from './arena.js';
import { exchange } from './exchange.js';
import { judgeReply } from './judge-reply.js';
import { judgeStream } from './raw-http.row.js';
import { type RowResult, Tally } from './tally.js';

/** One input that once made a failure, and what it has to get. */
interface CorpusCase {
  /** What went wrong when it was found. */
  readonly found: string;
  readonly app: 'avatar' | 'petya';
  /** A byte stream as latin1 text; otherwise the members of a request. */
  readonly bytes?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses that are right; any planned one when missing. */
  readonly expect?: readonly number[];
}

/** Everything that was ever found, again. `{{customerKey}}` and the like stand for this run's. */
export async function corpusRow(arena: Arena): Promise<RowResult> {
  const tally = new Tally('corpus of found failures');
  const tenant = await arena.makeTenant();
  const values: Readonly<Record<string, string>> = {
    customerKey: tenant.key,
    serviceToken: arena.secrets.serviceToken,
    adminToken: arena.secrets.adminToken,
    metricsToken: arena.secrets.metricsToken,
  };
  for (const [name, text] of await readCorpus()) {
    const filled = text.replace(/\{\{(\w+)\}\}/g, (_match, each: string) => values[each] ?? '');
    const input = JSON.parse(filled) as CorpusCase;
    tally.count((await judgeCase(arena, input)).map((problem) => `${name}: ${problem}`));
  }
  return tally.result();
}

async function readCorpus(): Promise<[string, string][]> {
  const folder = join(projectRoot, 'test', 'fuzz', 'corpus');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => [
      name,
      await readFile(join(folder, name), 'utf8'),
    ]),
  );
}

async function judgeCase(arena: Arena, input: CorpusCase): Promise<string[]> {
  const baseUrl = arena[`${input.app}Url`];
  if (input.bytes !== undefined) {
    return judgeStream({ app: input.app, baseUrl, bytes: input.bytes });
  }
  const { method = 'GET', path = '/', headers = {}, body } = input;
  const reply = await exchange(baseUrl, { method, path, headers, body });
  const isExpected = input.expect?.includes(reply.status) ?? true;
  return [
    ...(isExpected ? [] : [`is answered ${reply.status}`]),
    ...judgeReply(reply, { mayBlameOthers: true }),
  ];
}
