import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VisitorRefDto } from '#contracts';
import { callApi } from '../../stack/json-api.js';
import type { ClientLedger } from '../client-ledger.js';
import { holdsWithin } from '../holds-within.js';
import { PluginClient } from '../plugin-client.js';
import { Random } from '../random.js';
import type { Violation } from '../violations.js';
import type { Account, World } from '../world.js';

/** Starts that a visitor, or an address, may have in an hour. */
export const MOST = 4;

/** Longest until all of them are started: a start whose replica died holds its place for 30 s. */
const PATIENCE_MS = 60_000;

/** How long it is gone on with once all are started: more would show. */
const MORE_MS = 1_500;

/** Between two tries: "as fast as it can" would starve those beside it of a shared machine. */
const PAUSE_MS = 60;

const HOUR_MS = 3_600_000;

/** Whoever opens sessions, as the gateway sees it. */
interface Starter {
  readonly account: Account;
  readonly address: string;
  readonly visitorId: string;
  readonly proof: string;
}

/**
 * Opens, starts and stops as fast as it can, on whichever replica is there: one visitor who changes its
 * address, or one address that makes up a visitor for each try.
 */
export class Racer {
  /** Refusals, and the visitors that it was. */
  refusals = 0;
  private readonly visitors = new Set<string>();
  private readonly client: PluginClient;
  private over = new AbortController();
  private racing: Promise<void> = Promise.resolve();
  private same: Starter | null = null;
  private wanted = MOST;

  constructor(
    private readonly world: World,
    ledger: ClientLedger,
    readonly of: 'visitor' | 'address',
    private readonly account: Account,
  ) {
    this.client = new PluginClient(world, ledger, new Random(MOST), `racing ${of}`);
  }

  start(): void {
    this.over = new AbortController();
    this.racing = this.race(this.over.signal);
  }

  /** Waits until it has started as many as it may, goes on for a while, and counts. */
  async finish(): Promise<Violation[]> {
    await holdsWithin(async () => (await this.started()) >= this.wanted, PATIENCE_MS);
    await sleep(MORE_MS);
    this.over.abort();
    await this.racing;
    const started = await this.started();
    if (started === this.wanted && this.refusals > 0) return [];
    const evidence = `one ${this.of} started ${started} of ${this.wanted}, refused ${this.refusals} times`;
    return [{ kind: 'state', tag: null, evidence }];
  }

  /** An hour passes for what it has started. */
  async passHour(): Promise<void> {
    const sessions = this.world
      .db('avatar')
      .collection<{ startedAt: Date; state: string }>('sessions');
    const own = { visitorId: { $in: [...this.visitors] } };
    await holdsWithin(async () => {
      const open = { ...own, state: { $nin: ['delivered', 'failed'] } };
      return (await sessions.findOne(open)) === null;
    }, PATIENCE_MS);
    for (const { _id, startedAt } of await sessions
      .find({ ...own, startedAt: { $ne: null } as never })
      .toArray()) {
      const earlier = new Date(startedAt.getTime() - HOUR_MS);
      await sessions.updateOne({ _id }, { $set: { startedAt: earlier } });
    }
    this.wanted += MOST;
  }

  /** By the vendor's ledger: a record of ours need not know yet. */
  private async started(): Promise<number> {
    const records = await this.world
      .db('avatar')
      .collection<{ vendorSessionId: string | null }>('sessions')
      .find({ visitorId: { $in: [...this.visitors] } })
      .toArray();
    const own = new Set(records.map(({ vendorSessionId }) => vendorSessionId));
    const { sessions } = await this.world.control.ledger('?limit=1');
    return sessions.filter(({ sessionId, startedAt }) => startedAt !== null && own.has(sessionId))
      .length;
  }

  private async race(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const starter = await this.next();
      const answer = starter && (await visit(this.client, starter));
      if (answer === 'refused') this.refusals += 1;
      await sleep(PAUSE_MS);
    }
  }

  /** @returns null while Petya is away */
  private async next(): Promise<Starter | null> {
    if (this.of === 'visitor' && this.same) return { ...this.same, address: anAddress() };
    const address = this.of === 'visitor' ? anAddress() : '203.0.113.7';
    const starter = await newStarter(this.world, this.account, address);
    if (starter === null) return null;
    this.visitors.add(starter.visitorId);
    this.same = starter;
    return starter;
  }
}

/** Somebody else each time, who is never refused for what others start. */
export async function standBy(
  world: World,
  ledger: ClientLedger,
  accounts: readonly Account[],
  signal: AbortSignal,
): Promise<Violation[]> {
  const client = new PluginClient(world, ledger, new Random(accounts.length), 'standing by');
  let [served, refused] = [0, 0];
  for (let turn = 0; !signal.aborted; turn += 1) {
    const account = accounts[turn % accounts.length] as Account;
    const starter = await newStarter(world, account, anAddress());
    const answer = starter && (await visit(client, starter));
    if (answer === 'served') served += 1;
    if (answer === 'refused') refused += 1;
    await sleep(5 * PAUSE_MS);
  }
  if (served > 0 && refused === 0) return [];
  const evidence = `others were served ${served} times and refused ${refused} times`;
  return [{ kind: 'state', tag: null, evidence }];
}

async function newStarter(
  world: World,
  account: Account,
  address: string,
): Promise<Starter | null> {
  try {
    const url = `${world.petyaUrl}/api/v1/visitors/init`;
    const call = { bearer: account.apiKey, body: {}, origin: world.origin };
    const { visitorId, visitorToken = '' } = await callApi<VisitorRefDto>(url, call);
    return { account, address, visitorId, proof: visitorToken };
  } catch {
    return null;
  }
}

/** One session from its token to its stop, each asked for once. */
async function visit(
  client: PluginClient,
  { account, address, visitorId, proof }: Starter,
): Promise<'served' | 'refused' | 'lost'> {
  const from = { 'X-Forwarded-For': address };
  const token = await client.send({
    route: 'sessions/token',
    body: { visitor_id: visitorId },
    headers: {
      ...from,
      'X-Api-Key': account.apiKey,
      'X-Visitor-Token': proof,
      'Idempotency-Key': randomUUID(),
    },
  });
  if (token.status === 429) return 'refused';
  if (token.status !== 200) return 'lost';
  const bearer = String(token.data['session_token']);
  const start = await client.send({ route: 'sessions/start', bearer, headers: from });
  if (start.status === 429) return 'refused';
  await client.send({ route: 'sessions/stop', bearer, headers: from });
  return start.status === 201 ? 'served' : 'lost';
}

function anAddress(): string {
  const bytes = randomUUID().replaceAll('-', '').match(/.{2}/g) ?? [];
  return `10.${bytes
    .slice(0, 3)
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')}`;
}
