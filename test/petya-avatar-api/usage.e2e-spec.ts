import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UsageDto } from '#contracts';
import { expectProblem } from '../support/expect-problem.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { deliver, makeTenant, type Tenant } from './tenant.js';

const DAYS = 'from=2026-03-01&to=2026-03-02&timeZone=Europe/Berlin';

let petya: RunningPetya;
let shop: Tenant;
let conversationId: string;
let made = 0;

beforeAll(async () => {
  petya = await startPetya();
  shop = await makeTenant(petya);
  conversationId = await shop.openConversation();
});
afterAll(() => petya.stop());

/** What a delivery says of a session. */
interface Told {
  readonly sessionId: string;
  readonly version?: number;
  readonly startedAt?: string;
  readonly billedSeconds?: number;
  readonly credits?: number;
}

async function tell(
  { startedAt = '2026-03-01T12:00:00Z', ...more }: Told,
  whose = { shop, conversationId },
): Promise<void> {
  const answer = await deliver(petya, whose.conversationId, {
    accountId: whose.shop.accountId,
    status: 'completed',
    transcript: [],
    startedAt: Date.parse(startedAt) / 1000,
    ...more,
  });
  expect(answer.status).toBe(200);
}

/** The rows of the table that are of such sessions: which it is, its seconds and its credits. */
async function rowsOf(prefix: string, query = DAYS): Promise<string[][]> {
  const path = `/accounts/${shop.accountId}/usage?${query}&format=csv`;
  const { text } = await petya.admin('GET', path);
  const rows = text.split('\r\n').map((row) => row.split(','));
  return rows
    .filter(([id = '']) => id.startsWith(prefix))
    .map(([id = '', , , seconds = '', credits = '']) => [id, seconds, credits]);
}

describe('what a session has cost', () => {
  const open = { version: 1, billedSeconds: 61 };
  const billed = { version: 2, billedSeconds: 90, credits: 4 };
  const corrected = { version: 3, billedSeconds: 80, credits: 3.5 };
  const silent = { version: 4 };
  it.each<[string, Omit<Told, 'sessionId'>[], string[] | null]>([
    ['is what was told', [billed], ['90', '4']],
    ['has no credits where nobody has told', [open], ['61', '']],
    ['is what the next version says', [open, billed], ['90', '4']],
    ['is what the last one says, though an older one comes later', [billed, open], ['90', '4']],
    ['is told once, however often it comes', [billed, billed, open, open], ['90', '4']],
    ['is corrected', [open, corrected, billed], ['80', '3.5']],
    ['stays where a version says nothing of it', [billed, silent], ['90', '4']],
    ['is not known where none does', [silent], null],
    ['is that of version 1 without one', [{ billedSeconds: 7 }, open], ['61', '']],
    ['is that of version 1 without one, told after it', [open, { billedSeconds: 7 }], ['7', '']],
    ['may be nothing', [{ billedSeconds: 0 }], ['0', '']],
  ])('%s', async (_what, deliveries, cost) => {
    made += 1;
    const sessionId = `cost-${made}-`;
    for (const told of deliveries) await tell({ sessionId, ...told });
    expect(await rowsOf(sessionId)).toEqual(cost === null ? [] : [[sessionId, ...cost]]);
  });

  it('is what the last version says where all come at the same instant', async () => {
    const versions = [1, 2, 3, 4, 5].map((version) => ({ version, billedSeconds: version * 10 }));
    const ids = Array.from({ length: 20 }, (_none, round) => `at-once-${round}`);
    for (const sessionId of ids) {
      await Promise.all(versions.map((told) => tell({ sessionId, ...told })));
    }
    const rows = await rowsOf('at-once');
    expect(rows.toSorted()).toEqual(ids.map((id) => [id, '50', '']).toSorted());
  });
});

describe('the sessions of some days', () => {
  it('are those that started in them, the earliest first', async () => {
    const starts = [
      ['2026-02-28T22:59:59.999Z', 'days-before'],
      ['2026-02-28T23:00:00Z', 'days-first'],
      ['2026-03-02T22:59:59.999Z', 'days-last'],
      ['2026-03-02T23:00:00Z', 'days-after'],
      ['2026-03-01T11:00:00Z', 'days-middle'],
    ];
    for (const [startedAt = '', sessionId = ''] of starts) {
      await tell({ sessionId, startedAt, billedSeconds: 1 });
    }
    const ids = (await rowsOf('days-')).map(([id]) => id);
    expect(ids).toEqual(['days-first', 'days-middle', 'days-last']);
  });

  it('are those of one account, and go with it, all of them', async () => {
    const other = await makeTenant(petya);
    const path = `/accounts/${other.accountId}/usage`;
    const total = async () =>
      (await petya.admin<UsageDto>('GET', `${path}?${DAYS}`)).body.total.sessions;
    expect(await total()).toBe(0);
    const own = { shop: other, conversationId: await other.openConversation() };
    for (const sessionId of ['own-1', 'own-2', 'own-3']) {
      await tell({ sessionId, billedSeconds: 1 }, own);
    }
    expect(await total()).toBe(3);
    await petya.admin('DELETE', `/accounts/${other.accountId}?force=true`);
    expectProblem(await petya.admin('GET', path), 404, 'not_found');
    const usages = petya.connection.collection('usages');
    expect(await usages.countDocuments({ accountId: other.accountId })).toBe(0);
  });
});
