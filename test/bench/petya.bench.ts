import { randomUUID } from 'node:crypto';
import { Gate } from '#platform';
import { AccountsService } from '../../apps/ilianaai-avatar/src/accounts/accounts.service.js';
import type { PetyaConfigClient } from '../../apps/ilianaai-avatar/src/accounts/petya-config.client.js';
import { deliver } from '../petya-avatar-api/tenant.js';
import { startDatabase } from '../stack/database.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { preparePetya, type Subject, turns } from './petya-subject.js';

/*
 * What Petya's calls cost in an account with few and in one with very many conversations, over
 * HTTP, and how a long conversation compares with its first page. Subjects are asked in turn and in
 * turned order.
 */
const SIZES = [10, isQuick ? 10_000 : 100_000] as const;
const ROUNDS = isQuick ? 3 : 9;
const AT_MOST = 1.5;

interface Question {
  readonly figure: string;
  readonly times: number;
  readonly ask: (subject: Subject) => Promise<unknown>;
}

const QUESTIONS: readonly Question[] = [
  { figure: 'config of a key', times: 20, ask: ({ tenant }) => config(tenant.key) },
  { figure: 'config of an unknown key', times: 20, ask: () => config('SE_0000000000000000') },
  { figure: 'delivery of 20 turns', times: 5, ask: (subject) => deliverTurns(subject, 20) },
  { figure: 'delivery of 2,000 turns', times: 1, ask: (subject) => deliverTurns(subject, 2000) },
  { figure: 'history, page 1', times: 5, ask: (subject) => page(subject, '') },
  { figure: 'history, page 100', times: 5, ask: (subject) => page(subject, subject.page100) },
];

const server = await startDatabase();
measuredOn(server.description);
const subjects: Subject[] = [];
for (const size of SIZES) subjects.push(await preparePetya(server, size));
const [few, many] = subjects as [Subject, Subject];
let config: (key: string) => Promise<unknown> = () => Promise.resolve();
const medians = new Map<string, number>();
for (const { figure, times, ask } of QUESTIONS) {
  const ms = new Map(subjects.map((subject) => [subject, [] as number[]]));
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      config = (key) =>
        subject.petya.call('GET', '/avatar/config', { headers: { 'x-api-key': key } });
      const took = await meanMs(times, () => ask(subject));
      if (round > 0) ms.get(subject)?.push(took);
    }
  }
  const [before = [], after = []] = [ms.get(few), ms.get(many)];
  const rounds = after.map((each, round) => each / (before[round] ?? Number.NaN));
  const value = median(rounds);
  medians.set(figure, median(before));
  const sizes = `10 → ${SIZES[1].toLocaleString('en')} conversations`;
  report({
    question: 'petya',
    figure: `${figure}, ${sizes}`,
    value,
    unit: '×',
    rounds,
    atMost: AT_MOST,
  });
  report({ question: 'petya', figure, value: median(after), unit: 'ms', rounds: after });
}
const pages = [medians.get('history, page 100'), medians.get('history, page 1')];
report({
  question: 'petya',
  figure: 'history, page 100 ÷ page 1 of 5,000 turns',
  value: (pages[0] ?? Number.NaN) / (pages[1] ?? Number.NaN),
  unit: '×',
});
await reportHit();
process.exit();

async function meanMs(times: number, ask: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let index = 0; index < times; index += 1) await ask();
  return (performance.now() - began) / times;
}

async function page({ tenant, conversationId }: Subject, query: string): Promise<void> {
  const read = await tenant.read(conversationId, query);
  if (read.transcript.length !== 50) throw new Error('A page should hold 50 turns.');
}

async function deliverTurns({ petya, tenant }: Subject, count: number): Promise<void> {
  const answer = await deliver(petya, `talk-${randomUUID()}`, {
    sessionId: randomUUID(),
    accountId: tenant.accountId,
    status: 'completed',
    transcript: turns(count),
  });
  if (answer.status !== 200) throw new Error(`The delivery was answered ${answer.status}.`);
}

/** The same look-up where ilianaai-avatar has asked within the last five seconds. */
async function reportHit(): Promise<void> {
  const { tenant, petya } = few;
  const headers = { 'x-api-key': tenant.key };
  const client = {
    byKey: async () => ({ found: (await petya.call('GET', '/avatar/config', { headers })).body }),
  };
  const accounts = new AccountsService(
    client as unknown as PetyaConfigClient,
    new Gate({ least: 1, usual: 1, most: 1 }),
  );
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    await accounts.byKey(tenant.key);
    const ms = await meanMs(2000, () => accounts.byKey(tenant.key));
    if (round > 0) rounds.push(ms * 1000);
  }
  const figure = 'config of a key, known to ilianaai-avatar';
  report({ question: 'petya', figure, value: median(rounds), unit: 'µs', rounds });
}
