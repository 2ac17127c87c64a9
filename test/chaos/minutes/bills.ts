import type { Violation } from '../violations.js';
import type { Account, World } from '../world.js';

/** What one session has cost, as somebody tells it. */
export interface Cost {
  readonly seconds: number;
  readonly credits: number;
}

/** Costs by session. */
export type Bill = ReadonlyMap<string, Cost>;

/** A day before and behind today cover all that a run has made, in any time zone. */
const AROUND_MS = 2 * 86_400_000;

/** The table of an app, without its first line, and what its last line says. */
export interface Told {
  readonly bill: Bill;
  /** What is wrong with the table itself. */
  readonly faults: readonly string[];
}

/** Reads the table of what an account has used: every session once, and a last line that adds them up. */
export function readTable(csv: string): Told {
  const rows = csv
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((row) => row.split(','));
  const [name, , sessions, seconds] = rows.at(-1) ?? [];
  if (name !== 'total') return { bill: new Map(), faults: ['the table is cut off'] };
  const bill = new Map<string, Cost>();
  const faults: string[] = [];
  for (const [id = '', , , of, credits] of rows.slice(0, -1)) {
    if (bill.has(id)) faults.push(`${id} stands twice`);
    bill.set(id, { seconds: Number(of), credits: Number(credits) });
  }
  const sum = secondsOf(bill);
  if (Number(seconds) !== sum) faults.push(`the total is ${seconds} s, and its rows have ${sum} s`);
  if (sessions !== `${bill.size} sessions`) faults.push(`${sessions} are ${bill.size}`);
  return { bill, faults };
}

/** @returns each session that somebody tells otherwise than the vendor: not at all, or other seconds */
export function differences(vendor: Bill, party: string, told: Bill): string[] {
  const missing = [...vendor].filter(([id]) => !told.has(id));
  return [
    ...missing.map(([id, cost]) => `${party} lacks ${id}, of ${shown(cost)}`),
    ...[...told].flatMap(([id, cost]) => {
      const billed = vendor.get(id);
      if (billed === undefined) return [`${party} has ${id}, which the vendor has not billed`];
      return shown(billed) === shown(cost)
        ? []
        : [`${id} is ${shown(cost)} at ${party}, and ${shown(billed)} at the vendor`];
    }),
  ];
}

/** All seconds of a bill. */
export function secondsOf(bill: Bill): number {
  return [...bill.values()].reduce((sum, { seconds }) => sum + seconds, 0);
}

/**
 * Holds three bills against each other, when all is delivered: the vendor's ledger, what the gateway
 * shows, what Petya shows.
 * @param of some accounts and all their sessions; all of the world without it
 */
export async function compareBills(
  world: World,
  of?: { readonly accounts: readonly Account[]; readonly sessionIds: readonly string[] },
): Promise<{ readonly violations: Violation[]; readonly note: string; readonly sessions: number }> {
  const all = await vendorBill(world);
  const vendor = of ? new Map([...all].filter(([id]) => of.sessionIds.includes(id))) : all;
  const found: string[] = [];
  const totals: number[] = [secondsOf(vendor)];
  for (const party of ['the gateway', 'Petya'] as const) {
    const told = new Map<string, Cost>();
    for (const { accountId } of of?.accounts ?? world.accounts) {
      const { bill, faults } = readTable(await tableOf(world, party, accountId));
      found.push(...faults.map((fault) => `${party} of ${accountId}: ${fault}`));
      for (const [id, cost] of bill) {
        if (told.has(id)) found.push(`${party} has ${id} in two accounts`);
        told.set(id, cost);
      }
    }
    found.push(...differences(vendor, party, told));
    totals.push(secondsOf(told));
  }
  const violations = found.map((evidence) => ({ kind: 'state', tag: null, evidence }) as const);
  const note = `${totals.join(' = ')} s at the vendor, the gateway and Petya`;
  return { violations, note, sessions: vendor.size };
}

/** What the vendor's ledger has of every session that it started. */
export async function vendorBill(world: World): Promise<Bill> {
  const { sessions } = await world.control.ledger('?limit=1');
  const started = sessions.filter(({ startedAt }) => startedAt !== null);
  return new Map(
    started.map(({ sessionId, billedSeconds: seconds, credits }) => [
      sessionId,
      { seconds, credits },
    ]),
  );
}

async function tableOf(
  world: World,
  party: 'the gateway' | 'Petya',
  accountId: string,
): Promise<string> {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const days = `from=${day(Date.now() - AROUND_MS)}&to=${day(Date.now() + AROUND_MS)}&format=csv`;
  const url =
    party === 'Petya'
      ? `${world.petyaUrl}/api/v1/admin/accounts/${accountId}/usage?${days}`
      : `${world.replica(0).url}/api/v1/admin/usage?accountId=${accountId}&${days}`;
  const authorization = `Bearer ${world.wiring.secrets.adminToken}`;
  const answer = await fetch(url, { headers: { authorization } });
  if (!answer.ok) throw new Error(`The usage of ${accountId} was answered ${answer.status}.`);
  return answer.text();
}

function shown({ seconds, credits }: Cost): string {
  return `${seconds} s, ${credits} credits`;
}
