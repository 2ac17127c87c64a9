import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { makeTenant, type Tenant, turn, deliver } from '../petya-avatar-api/tenant.js';
import { type Database, startDatabase } from '../stack/database.js';
import { databaseUri } from '../stack/database-uri.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';

/**
 * Reads page 1 of a conversation in an account with 10 and in one with 100,000 conversations, and
 * prints documents touched and time for both with their ratio. Rounds alternate, and every second
 * one is in the reverse order, so that whatever else the machine does falls on both.
 */
const SIZES = [10, 100_000] as const;
const ROUNDS = 30;
const READS_A_ROUND = 20;
const MESSAGES = 40;
const TURNS = 40;
const BATCH = 5_000;

interface Subject {
  readonly size: number;
  readonly petya: RunningPetya;
  readonly tenant: Tenant;
  readonly conversationId: string;
  readonly roundMs: number[];
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function prepare(server: Database, size: number): Promise<Subject> {
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  const uri = `${databaseUri(server.uri, name)}?monitorCommands=true`;
  const petya = await startPetya({ database: { uri, name, drop: () => Promise.resolve() } });
  const tenant = await makeTenant(petya);
  const conversationId = await tenant.openConversation();
  for (let index = 0; index < MESSAGES; index += 1) await tenant.post(conversationId, `m ${index}`);
  await deliver(petya, conversationId, {
    sessionId: 'bench',
    status: 'completed',
    transcript: Array.from({ length: TURNS }, (_unused, index) =>
      turn('user', `turn ${index}`, Date.now() / 1000 + index),
    ),
  });
  await fill(petya.connection, tenant.accountId, size - 1);
  return { size, petya, tenant, conversationId, roundMs: [] };
}

/** The other conversations of the account: as small as they come, but for what indexes see. */
async function fill(connection: Connection, accountId: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    const records = Array.from({ length: Math.min(BATCH, count - done) }, (_unused, index) => ({
      accountId,
      externalId: `filler-${done + index}`,
      externalKey: `${accountId}/filler-${done + index}`,
      status: 'completed',
      layout: 1,
      sessions: [{ sessionId: `s-${done + index}`, version: 1, status: 'completed', bytes: 0 }],
      transcript: [],
      createdAt: new Date(),
      lastActivityAt: new Date(),
    }));
    await connection.collection('conversations').insertMany(records, { ordered: false });
  }
}

async function measure({ tenant, conversationId, roundMs }: Subject): Promise<void> {
  const started = performance.now();
  for (let index = 0; index < READS_A_ROUND; index += 1) {
    const page = await tenant.read(conversationId);
    const entries = page.messages.length + page.transcript.length;
    if (entries !== 50) throw new Error(`page 1 holds ${entries} entries instead of 50`);
  }
  roundMs.push((performance.now() - started) / READS_A_ROUND);
}

/** The members of a `find` or `aggregate` command that say what it looks for. */
interface Command {
  readonly find: string;
  readonly aggregate: string;
  readonly filter: object;
  readonly pipeline: readonly { readonly $match?: object }[];
  readonly limit: number;
}

/** Documents the server says it examined for one reading of page 1, over all its queries. */
async function documentsExamined(subject: Subject): Promise<number> {
  const { connection } = subject.petya;
  const finds: { collection: string; filter: object; limit: number }[] = [];
  const note = ({ command }: { command: object }) => {
    const { find, aggregate, filter, pipeline, limit = 0 } = command as Partial<Command>;
    const collection = find ?? aggregate ?? '';
    const wanted = filter ?? pipeline?.[0]?.$match;
    if (wanted && ['conversations', 'messages'].includes(collection)) {
      finds.push({ collection, filter: wanted, limit });
    }
  };
  const client = connection.getClient();
  client.on('commandStarted', note);
  await subject.tenant.read(subject.conversationId);
  client.off('commandStarted', note);
  let examined = 0;
  for (const { collection, filter, limit } of finds) {
    const plan = await connection
      .collection(collection)
      .find(filter, { limit })
      .explain('executionStats');
    examined += Number(plan['executionStats'].totalDocsExamined);
  }
  return examined;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** SecantusDB reports a whole scan for every query with a second condition, also when an index served it. */
async function explainsHonestly({ petya }: Subject): Promise<boolean> {
  const probe = petya.connection
    .collection('conversations')
    .find({ _id: 'x' as never, status: 'y' });
  const plan = await probe.explain('queryPlanner');
  return !JSON.stringify(plan['queryPlanner'].winningPlan).includes('COLLSCAN');
}

const server = await startDatabase({ onProgress: say });
try {
  say(`Database: ${server.description}`);
  const subjects: Subject[] = [];
  for (const size of SIZES) {
    say(`Preparing an account with ${size.toLocaleString('en')} conversations …`);
    subjects.push(await prepare(server, size));
  }
  for (const subject of subjects) await measure(subject);
  for (const subject of subjects) subject.roundMs.length = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const subject of order) await measure(subject);
  }
  const [small, large] = subjects.map(({ roundMs }) => median(roundMs)) as [number, number];
  for (const subject of subjects) {
    say(
      `${String(subject.size).padStart(7)} conversations: page 1 in ${median(subject.roundMs).toFixed(2)} ms (median of ${ROUNDS} rounds)`,
    );
  }
  say(`  time ratio: ${(large / small).toFixed(2)} (aim: at most 1.2)`);
  if (await explainsHonestly(subjects[0]!)) {
    const examined = [];
    for (const subject of subjects) examined.push(await documentsExamined(subject));
    const { messages } = await subjects[0]!.tenant.read(subjects[0]!.conversationId);
    say(`  documents examined: ${examined.join(' and ')}, returned: ${1 + messages.length}`);
  } else {
    say('  documents examined: this server does not explain honestly; run it on mongod for that.');
  }
  for (const { petya } of subjects) await petya.stop();
} finally {
  await server.stop();
}
