import { describe, expect, it } from '@jest/globals';
import { type Cost, UsageRepository } from './usage.repository.js';

const LATER: Cost = {
  accountId: 'a',
  sessionId: 's',
  version: 3,
  startedAt: new Date(0),
  seconds: 90,
  credits: 4,
};

/** As the database says that another has inserted the record in between. */
function duplicateKey(): Error {
  const keyPattern = { accountId: 1, sessionId: 1 };
  return Object.assign(new Error('E11000'), { code: 11_000, keyPattern });
}

/** A cost that is kept while the record of another version is inserted in between. */
async function keptBeside(standing: number, error: Error) {
  let version: number | null = null;
  const collection = {
    updateOne: (
      { version: { $lte: most } }: { version: { $lte: number } },
      { $set }: { $set: { version: number } },
      { upsert = false } = {},
    ) => {
      if (version === null) {
        version = standing;
        return Promise.reject(error);
      }
      if (version <= most) version = $set.version;
      else if (upsert) return Promise.reject(error);
      return Promise.resolve();
    },
  };
  const usages = new UsageRepository(
    ...([{ collection }] as unknown as ConstructorParameters<typeof UsageRepository>),
  );
  await usages.keep(LATER);
  return version as number | null;
}

describe('what a session has cost that two versions tell at the same instant', () => {
  it.each([
    ['an older one', 2, 3],
    ['the same', 3, 3],
    ['a later one', 4, 4],
  ])('is what the last says where %s was first', async (_which, standing, version) => {
    expect(await keptBeside(standing, duplicateKey())).toBe(version);
  });

  it('is sent again where the database has failed', async () => {
    await expect(keptBeside(2, new Error('away'))).rejects.toThrow('away');
  });
});
