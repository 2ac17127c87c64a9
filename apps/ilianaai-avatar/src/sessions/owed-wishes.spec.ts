import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { databaseAway } from '../../../../test/support/database-faults.js';
import { anAccount } from '../../../../test/support/session.factory.js';
import { until } from '../../../../test/support/until.js';
import type { Caller } from '../auth/caller.js';
import { nameOf, OwedWishes, shareOf } from './owed-wishes.js';

Logger.overrideLogger(false);

/** A wish that fails so many times and then is done. */
function aWish(failures: number, error: Error = databaseAway()) {
  let attempts = 0;
  let done = 0;
  const wish = () => {
    attempts += 1;
    if (attempts <= failures) return Promise.reject(error);
    done += 1;
    return Promise.resolve('done');
  };
  return { wish, attempts: () => attempts, done: () => done };
}

describe('what the database could not take', () => {
  it('is done once it can, and whoever wanted it was told of the failure', async () => {
    const { wish, done } = aWish(2);
    await expect(new OwedWishes().run('stop', wish)).rejects.toThrow('no primary');
    await until('it is done', async () => done() === 1);
  });

  it('waits once, however often it is wanted', async () => {
    const { wish, done, attempts } = aWish(3);
    const wishes = new OwedWishes();
    for (let call = 0; call < 2; call += 1) {
      await expect(wishes.run('stop', wish)).rejects.toThrow('no primary');
    }
    await until('it is done', async () => done() > 0);
    await wishes.beforeApplicationShutdown();
    expect([done(), attempts()]).toEqual([1, 4]);
  });

  it('is given up where something else is wrong with it', async () => {
    const { wish, attempts } = aWish(Infinity, new Error('no such session'));
    const wishes = new OwedWishes();
    await expect(wishes.run('stop', wish)).rejects.toThrow('no such session');
    await wishes.owe('stop', wish);
    expect(attempts()).toBe(2);
  });

  it('has its last attempt when the process goes, and does not hold it up after that', async () => {
    const { wish, attempts } = aWish(Infinity);
    const wishes = new OwedWishes();
    void wishes.owe('stop', wish);
    await until('two attempts', async () => attempts() === 2);
    await wishes.beforeApplicationShutdown();
    expect(attempts()).toBe(3);
  });
});

describe('wishes that anybody may have who has seen a page', () => {
  let wishes: OwedWishes;
  beforeEach(() => {
    wishes = new OwedWishes();
  });
  afterEach(() => wishes.beforeApplicationShutdown());

  /** So many wishes that wait, of which none is fulfilled before the process goes. */
  const flood = async (account: string, count: number) => {
    let isAway = true;
    const wish = () => (isAway ? Promise.reject(databaseAway()) : Promise.resolve());
    for (let each = 0; each < count; each += 1) {
      await wishes.run(`stop ${each} of ${account}`, wish, { share: account }).catch(() => null);
    }
    return () => (isAway = false);
  };

  const isTaken = async (account?: string) => {
    const { wish, done } = aWish(1);
    await wishes.run('stop of s-1', wish, { share: account ?? null }).catch(() => null);
    await wishes.beforeApplicationShutdown();
    return done() === 1;
  };

  it('leave room for what a session token, a server or this process wants', async () => {
    const heals: (() => void)[] = [];
    for (let each = 0; each < 30; each += 1) heals.push(await flood(`acc-${each}`, 400));
    for (const heal of heals) heal();
    expect(await isTaken()).toBe(true);
  });

  it('are told of where they find no room, in one line', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    try {
      const heal = await flood('acc-1', 600);
      expect(warn.mock.calls).toEqual([[{ wishesDropped: 1 }]]);
      heal();
    } finally {
      warn.mockRestore();
    }
  });

  it('leave room for other accounts, and have it again', async () => {
    const heal = await flood('acc-1', 11_000);
    heal();
    expect(await isTaken('acc-2')).toBe(true);
    expect(await isTaken('acc-1')).toBe(true);
  });
});

describe('a wish that is given up', () => {
  it('is told of with all that its session is called by then', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    try {
      let names = {};
      const { wish } = aWish(1, new Error('no'));
      const finding = () => {
        names = { recordId: 's-1', traceId: 'trace-1' };
        return wish();
      };
      await new OwedWishes().owe('stop of s-1', finding, { names: () => names });
      expect(warn.mock.calls).toMatchObject([
        [{ wishGivenUp: 'stop', recordId: 's-1', traceId: 'trace-1' }],
      ]);
    } finally {
      warn.mockRestore();
    }
  });

  it('is told of without whose it is', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    try {
      await new OwedWishes().owe('stop of s-1 by key acc-1', aWish(1, new Error('no')).wish);
      expect(JSON.stringify(warn.mock.calls)).toContain('"wishGivenUp":"stop"');
      expect(JSON.stringify(warn.mock.calls)).not.toMatch(/s-1|acc-1/);
    } finally {
      warn.mockRestore();
    }
  });
});

describe('the name of a caller', () => {
  const claims = { sessionId: 's-1', accountId: 'acc-1', grant: 'g-1' };
  const holder = { kind: 'session', claims, origin: null } as unknown as Caller;
  const key = {
    kind: 'customer',
    account: anAccount(),
    origin: null,
    opener: null,
    visitorToken: null,
    earlier: null,
  } as unknown as Caller;
  const others: Caller[] = [
    { ...holder, claims: { ...claims, grant: 'g-2' } } as unknown as Caller,
    { ...key, account: anAccount({ accountId: 'acc-2' }) } as unknown as Caller,
    { ...key, account: anAccount({ keyKind: 'secret' }) } as unknown as Caller,
    { ...key, visitorToken: 'proof' } as unknown as Caller,
    { ...key, token: { id: 't-1', visitorId: null } } as unknown as Caller,
  ];

  it('tells apart whoever may do different things', () => {
    const names = [holder, key, ...others].map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(nameOf({ ...holder })).toBe(nameOf(holder));
  });

  it('says whose share of the room it takes where its key stands in a page', () => {
    const server = { ...key, account: anAccount({ keyKind: 'secret' }) } as unknown as Caller;
    expect([holder, key, server].map(shareOf)).toEqual([null, anAccount().accountId, null]);
  });

  it('holds no token of a visitor', () => {
    expect(nameOf({ ...key, visitorToken: 'proof' } as unknown as Caller)).not.toContain('proof');
  });
});
