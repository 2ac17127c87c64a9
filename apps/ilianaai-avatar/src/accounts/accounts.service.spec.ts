import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Gate } from '#platform';
import { anAccount } from '../../../../test/support/session.factory.js';
import { AvatarError } from '../errors.js';
import type { Account } from './account.js';
import type { LookUp } from './account-cache.js';
import { AccountsService } from './accounts.service.js';
import type { PetyaConfigClient } from './petya-config.client.js';

const KEY = 'SE_5799564546777614';
const MINUTE_MS = 60_000;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Petya as far as this service sees it. */
class FakePetya {
  asked: string[] = [];
  answer: LookUp<Account> | Error = { found: anAccount() };

  byKey(key: string) {
    return this.reply(`key ${key}`);
  }

  knownForeignId = () => Promise.resolve(null);

  byId(id: string) {
    return this.reply(`id ${id}`);
  }

  async probe(): Promise<void> {
    await this.reply('probe');
  }

  private reply(question: string): Promise<LookUp<Account>> {
    this.asked.push(question);
    return this.answer instanceof Error
      ? Promise.reject(this.answer)
      : Promise.resolve(this.answer);
  }
}

function aService() {
  const petya = new FakePetya();
  return {
    petya,
    accounts: new AccountsService(
      petya as unknown as PetyaConfigClient,
      new Gate({ least: 1, usual: 1, most: 1 }),
    ),
  };
}

const away = new AvatarError('petya_unavailable');

async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return error instanceof AvatarError ? error.code : error;
  }
}

describe('the account of a key', () => {
  it('is known by its id as well, for as long as the answer is fresh', async () => {
    const { petya, accounts } = aService();
    const { accountId } = await accounts.byKey(KEY);
    jest.setSystemTime(4_999);
    expect(await accounts.getById(accountId)).toEqual(anAccount());
    expect(petya.asked).toEqual([`key ${KEY}`]);
    jest.setSystemTime(5_000);
    await accounts.getById(accountId);
    expect(petya.asked).toEqual([`key ${KEY}`, `id ${accountId}`]);
  });

  it('is what Petya says, asked once in five seconds', async () => {
    const { petya, accounts } = aService();
    expect(await accounts.byKey(KEY)).toEqual(anAccount());
    jest.setSystemTime(4_999);
    await accounts.byKey(KEY);
    expect(petya.asked).toEqual([`key ${KEY}`]);
    jest.setSystemTime(5_000);
    await accounts.byKey(KEY);
    expect(petya.asked).toHaveLength(2);
  });

  it('is another one for a key that differs in its case', async () => {
    const { petya, accounts } = aService();
    await accounts.byKey(KEY);
    await accounts.byKey(KEY.toLowerCase());
    expect(petya.asked).toHaveLength(2);
  });

  it.each([
    ['unknown', 'key_invalid'],
    ['suspended', 'account_suspended'],
  ] as const)('is refused when Petya calls it %s', async (refused, code) => {
    const { petya, accounts } = aService();
    petya.answer = { refused };
    expect(await outcome(accounts.byKey(KEY))).toBe(code);
  });

  it('stops counting within five seconds of being revoked', async () => {
    const { petya, accounts } = aService();
    await accounts.byKey(KEY);
    petya.answer = { refused: 'unknown' };
    jest.setSystemTime(5_000);
    expect(await outcome(accounts.byKey(KEY))).toBe('key_invalid');
  });

  it('counts for 15 minutes while Petya is away, and not longer', async () => {
    const { petya, accounts } = aService();
    await accounts.byKey(KEY);
    petya.answer = away;
    jest.setSystemTime(15 * MINUTE_MS - 1);
    expect(await accounts.byKey(KEY)).toEqual(anAccount());
    jest.setSystemTime(15 * MINUTE_MS);
    expect(await outcome(accounts.byKey(KEY))).toBe('petya_unavailable');
  });

  it('cannot be told of a key never seen while Petya is away', async () => {
    const { petya, accounts } = aService();
    petya.answer = away;
    expect(await outcome(accounts.byKey(KEY))).toBe('petya_unavailable');
  });
});

describe('what a secret key may do', () => {
  it('is that key’s, and not everybody’s who knows the account', async () => {
    const { petya, accounts } = aService();
    petya.answer = { found: anAccount({ keyKind: 'secret' }) };
    const { accountId, keyKind } = await accounts.byKey('SK_5799564546777614');
    expect(keyKind).toBe('secret');
    expect(await accounts.getById(accountId)).toEqual(anAccount());
    expect(petya.asked).toHaveLength(1);
  });
});

describe('an account for which nothing may begin', () => {
  it.each<[string, LookUp<Account> | Error, string | undefined]>([
    ['is suspended', { refused: 'suspended' }, 'account_suspended'],
    ['has its avatar off', { found: anAccount({ avatarEnabled: false }) }, 'avatar_disabled'],
    ['has its avatar on', { found: anAccount({ avatarEnabled: true }) }, undefined],
    ['says nothing of it', { found: anAccount() }, undefined],
    ['is gone', { refused: 'unknown' }, undefined],
    ['cannot be looked up', away, undefined],
  ])('is one that %s', async (_what, answer, expected) => {
    const { petya, accounts } = aService();
    petya.answer = answer;
    expect(await outcome(accounts.refuseBarred('acc-1'))).toBe(expected);
  });

  it('begins something again within five seconds of being switched on', async () => {
    const { petya, accounts } = aService();
    petya.answer = { found: anAccount({ avatarEnabled: false }) };
    expect(await outcome(accounts.refuseBarred('acc-1'))).toBe('avatar_disabled');
    petya.answer = { found: anAccount() };
    jest.setSystemTime(5_000);
    expect(await outcome(accounts.refuseBarred('acc-1'))).toBeUndefined();
  });
});

describe('the account of a live session', () => {
  it('is served for an hour while Petya is away', async () => {
    const { petya, accounts } = aService();
    await accounts.lookUp('acc-1');
    petya.answer = away;
    jest.setSystemTime(60 * MINUTE_MS - 1);
    expect(await accounts.findById('acc-1')).toEqual(anAccount());
    jest.setSystemTime(60 * MINUTE_MS);
    expect(await accounts.findById('acc-1')).toBeNull();
    expect(await outcome(accounts.lookUp('acc-1'))).toBe('petya_unavailable');
  });

  it('is not found when it is suspended or gone, and look-ups say which', async () => {
    const { petya, accounts } = aService();
    petya.answer = { refused: 'suspended' };
    expect(await accounts.findById('acc-1')).toBeNull();
    expect(await accounts.lookUp('acc-1')).toEqual({ refused: 'suspended' });
  });

  it('hides no fault of our own behind "not found"', async () => {
    const { petya, accounts } = aService();
    petya.answer = new TypeError('a bug');
    await expect(accounts.findById('acc-1')).rejects.toThrow('a bug');
  });
});

describe('the question whether Petya is back', () => {
  it('changes nothing when it fails', async () => {
    const { petya, accounts } = aService();
    petya.answer = away;
    await expect(accounts.probePetya()).resolves.toBe(false);
    expect(petya.asked).toEqual(['probe']);
  });
});
