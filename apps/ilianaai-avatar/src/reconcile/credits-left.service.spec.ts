import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AvatarError } from '../errors.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { Vendor } from '../vendors/vendor.js';
import { CreditsLeftService } from './credits-left.service.js';

const AT = new Date('2026-11-26T10:00:00Z');

function service(answers: (number | Error)[]) {
  const creditsLeft = jest.fn(async (_withinMs?: number) => {
    const answer = answers.shift() ?? 0;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const vendor = { name: 'liveavatar', books: { creditsLeft } } as unknown as Vendor;
  const credits = new CreditsLeftService({ now: () => AT } as DatabaseClock);
  return { credits, vendor, creditsLeft };
}

describe('the credits that are left', () => {
  let nowMs: number;

  beforeEach(() => {
    nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('are asked for once a minute, whoever looks', async () => {
    const { credits, vendor, creditsLeft } = service([42.5, 40]);
    expect(credits.known(vendor)).toBeNull();
    const looks = await Promise.all([credits.look(vendor), credits.look(vendor)]);
    expect(looks).toEqual([
      { left: 42.5, readAt: AT },
      { left: 42.5, readAt: AT },
    ]);
    expect(credits.known(vendor)).toMatchObject({ left: 42.5 });
    nowMs += 59_999;
    expect(await credits.look(vendor)).toMatchObject({ left: 42.5 });
    expect(creditsLeft).toHaveBeenCalledTimes(1);
    nowMs += 1;
    expect(await credits.look(vendor)).toMatchObject({ left: 40 });
    expect(creditsLeft).toHaveBeenCalledTimes(2);
  });

  it('are the last number where the vendor gives none, which is asked no sooner for that', async () => {
    const { credits, vendor, creditsLeft } = service([7, new AvatarError('vendor_garbled'), 6]);
    await credits.look(vendor);
    nowMs += 60_000;
    expect(await credits.look(vendor)).toMatchObject({ left: 7 });
    nowMs += 30_000;
    expect(await credits.look(vendor)).toMatchObject({ left: 7 });
    expect(creditsLeft).toHaveBeenCalledTimes(2);
    nowMs += 30_000;
    expect(await credits.look(vendor)).toMatchObject({ left: 6 });
  });

  it('are unknown where there was never a number, or the vendor tells none', async () => {
    const { credits, vendor } = service([new AvatarError('vendor_timeout')]);
    expect(await credits.look(vendor)).toBeNull();
    expect(await credits.look({ name: 'heygen', books: null } as unknown as Vendor)).toBeNull();
  });

  it('are asked for with each comparison', async () => {
    const { credits, vendor, creditsLeft } = service([5, 4]);
    await credits.read(vendor);
    await Promise.all([credits.read(vendor), credits.read(vendor)]);
    expect(creditsLeft).toHaveBeenCalledTimes(2);
    expect(await credits.look(vendor)).toMatchObject({ left: 4 });
    expect(creditsLeft).toHaveBeenCalledTimes(2);
  });
});
