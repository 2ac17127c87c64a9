import { describe, expect, it } from '@jest/globals';
import type { AccountDto, ApiKeyDto, CreatedApiKeyDto } from '#contracts';
import { Failure, UNREACHABLE } from './failure.js';
import { importAccounts, type ImportRoutes, type LineReport } from './import-accounts.js';
import { type ImportLine, readImport } from './import-file.js';

/** A Petya that remembers, and that can be away at one call, before or after its effect. */
class Petya implements ImportRoutes {
  readonly accounts: AccountDto[] = [];
  readonly keys: { readonly accountId: string; readonly key: ApiKeyDto }[] = [];
  calls = 0;
  tooManyAt: number | null = null;
  awayAt: { readonly call: number; readonly isAfter: boolean } | null = null;

  listAccounts = () => this.call(() => [...this.accounts]);

  createAccount = (body: unknown) =>
    this.call(() => {
      const { name } = body as { name: string };
      if (name === 'bad') throw refused(422);
      const account = { ...ACCOUNT, accountId: `a${this.accounts.length + 1}`, name };
      this.accounts.push(account);
      return account;
    });

  createKey = (accountId: string) =>
    this.call((): CreatedApiKeyDto => {
      const number = this.keys.length + 1;
      const text = `SE_${'x'.repeat(20)}${1000 + number}`;
      const key = keyRecord(`k${number}`, text);
      this.keys.push({ accountId, key });
      return { ...key, key: text };
    });

  listKeys = (accountId: string) =>
    this.call(() => this.keys.filter((each) => each.accountId === accountId).map(({ key }) => key));

  private async call<T>(work: () => T): Promise<T> {
    this.calls += 1;
    if (this.tooManyAt === this.calls) throw refused(429, 1);
    const isAway = this.awayAt?.call === this.calls;
    if (isAway && this.awayAt?.isAfter === false) throw away();
    const done = work();
    if (isAway) throw away();
    return done;
  }
}

const ACCOUNT: Omit<AccountDto, 'accountId' | 'name'> = {
  language: 'en',
  avatar: { enabled: true, avatarId: null, intro: null, knowledgeBaseId: null, voiceId: null },
  allowedOrigins: [],
  limits: { maxConcurrentSessions: 5, maxSessionSeconds: 1200, maxTranscriptTurns: 5000 },
  sameVisitor: 'replace',
  visitorProof: 'optional',
  retentionDays: null,
  suspended: false,
  createdAt: null,
};

function keyRecord(keyId: string, text: string): ApiKeyDto {
  return {
    keyId,
    kind: 'customer',
    prefix: text.slice(0, 4),
    lastFour: text.slice(-4),
    createdAt: '2026-01-01T00:00:00.000Z',
    revokedAt: null,
    pepper: 'current',
  };
}

function away(): Failure {
  return new Failure({ type: UNREACHABLE, message: 'Nobody answers.' });
}

function refused(status: number, retryAfterMs?: number): Failure {
  const problem = { type: 'urn:problem:of-the-test', message: 'No.', status };
  return new Failure(problem, { retryAfterMs });
}

async function run(petya: Petya, lines: readonly ImportLine[]): Promise<LineReport[]> {
  const reports: LineReport[] = [];
  for await (const report of importAccounts(petya, lines)) reports.push(report);
  return reports;
}

function linesOf(...names: string[]): ImportLine[] {
  return readImport('a.json', JSON.stringify(names.map((name) => ({ name }))));
}

const outcomes = (reports: readonly LineReport[]) => reports.map(({ outcome }) => outcome);

describe('an import', () => {
  it('makes each account with a key, goes on after a bad line, and says so line by line', async () => {
    const reports = await run(new Petya(), linesOf('A', 'bad', 'C'));
    expect(reports).toEqual([
      { line: 1, outcome: 'made', name: 'A', accountId: 'a1', apiKey: expect.anything() },
      {
        line: 2,
        outcome: 'refused',
        name: 'bad',
        problem: expect.objectContaining({ status: 422 }),
      },
      { line: 3, outcome: 'made', name: 'C', accountId: 'a2', apiKey: expect.anything() },
    ]);
  });

  it('that broke off at any call, with its effect or without, is finished by the next one', async () => {
    const lines = linesOf('A', 'B', 'C');
    const whole = new Petya();
    await run(whole, lines);
    for (let call = 2; call <= whole.calls; call += 1) {
      for (const isAfter of [false, true]) {
        const petya = new Petya();
        petya.awayAt = { call, isAfter };
        expect(outcomes(await run(petya, lines))).toContain('refused');
        petya.awayAt = null;
        const second = outcomes(await run(petya, lines));
        expect([call, isAfter, second.filter((each) => !/made|found/.test(each))]).toEqual([
          call,
          isAfter,
          [],
        ]);
        expect(petya.accounts.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
        expect(petya.keys.map(({ accountId }) => accountId).toSorted()).toEqual(['a1', 'a2', 'a3']);
      }
    }
  });

  it('leaves what was there as it is, and says what is other than in the file', async () => {
    const petya = new Petya();
    await run(petya, linesOf('A', 'B'));
    const text = '[{"name":"A","language":"de","key":"SE_5799564546777614"},{"name":"B"}]';
    const reports = await run(petya, readImport('a.json', text));
    const found = { outcome: 'found', apiKey: undefined };
    expect(reports).toEqual([
      { ...found, line: 1, name: 'A', accountId: 'a1', differs: ['language', 'key'] },
      { ...found, line: 2, name: 'B', accountId: 'a2', differs: [] },
    ]);
    expect([petya.accounts.length, petya.keys.length]).toEqual([2, 2]);
  });

  it('makes no key for an account whose keys are all revoked', async () => {
    const petya = new Petya();
    await run(petya, linesOf('A'));
    petya.keys.splice(0, 1, {
      accountId: 'a1',
      key: { ...keyRecord('k1', 'SE_1'), revokedAt: '2026-01-02T00:00:00.000Z' },
    });
    await run(petya, linesOf('A'));
    expect(petya.keys).toHaveLength(1);
  });

  it('does not choose between accounts of one name', async () => {
    const petya = new Petya();
    await petya.createAccount({ name: 'A' });
    await petya.createAccount({ name: 'A' });
    const [report] = await run(petya, linesOf('A'));
    expect(report?.problem?.message).toMatch(/^Several accounts have this name: a1, a2\./);
    expect(petya.accounts).toHaveLength(2);
  });

  it.each([
    ['made', 2],
    ['made', 3],
    ['found', 2],
  ])('asks again where too much was asked: a line that is %s, call %i', async (outcome, call) => {
    const petya = new Petya();
    if (outcome === 'found') await run(petya, linesOf('A'));
    petya.calls = 0;
    petya.tooManyAt = call;
    expect(outcomes(await run(petya, linesOf('A')))).toEqual([outcome]);
    expect([petya.accounts.length, petya.keys.length]).toEqual([1, 1]);
  });

  it('tries no further line once nobody is there', async () => {
    const petya = new Petya();
    petya.awayAt = { call: 4, isAfter: false };
    const reports = await run(petya, linesOf('A', 'B', 'C', 'D'));
    expect(outcomes(reports)).toEqual(['made', 'refused', 'untried', 'untried']);
    expect(petya.calls).toBe(4);
  });
});
