import { afterAll, describe, expect, it } from '@jest/globals';
import type { ApiKeyListDto, CreatedApiKeyDto } from '#contracts';
import { userHash } from '../../apps/petya-avatar-api/src/api-keys/user-hash.js';
import { freshDatabase } from '../support/mongo.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { makeTenant } from './tenant.js';

const A = 'pepper-number-one-of-two';
const B = 'pepper-number-two-of-two';

const database = freshDatabase();
afterAll(() => database.drop());

const start = (...peppers: string[]) =>
  startPetya({ database, environment: { API_KEY_PEPPER: peppers.join(',') } });

const use = async (petya: RunningPetya, key: string) =>
  (await petya.call('GET', '/account/config', { headers: { 'x-api-key': key } })).status;

const logIn = async (petya: RunningPetya, key: string, secretKey: string, userId: string) => {
  const json = { userId, userHash: userHash(userId, secretKey) };
  return (await petya.call('POST', '/visitors/init', { json, headers: { 'x-api-key': key } }))
    .status;
};

/** Makes an account with keys of these kinds. */
async function makeKeys(petya: RunningPetya, ...kinds: ('customer' | 'secret')[]) {
  const { accountId } = await makeTenant(petya);
  const keys: CreatedApiKeyDto[] = [];
  for (const kind of kinds) {
    const path = `/accounts/${accountId}/keys`;
    keys.push((await petya.admin<CreatedApiKeyDto>('POST', path, { kind })).body);
  }
  return { accountId, keys };
}

async function peppersOf(petya: RunningPetya, accountId: string, keys: CreatedApiKeyDto[]) {
  const list = await petya.admin<ApiKeyListDto>('GET', `/accounts/${accountId}/keys`);
  return keys.map(({ keyId }) => list.body.items.find((each) => each.keyId === keyId)?.pepper);
}

const untilPeppers = (...wanted: Parameters<typeof peppersOf>) => ({
  are: (...names: string[]) =>
    until('the peppers of the keys', async () => {
      const found = await peppersOf(...wanted);
      return JSON.stringify(found) === JSON.stringify(names) ? found : undefined;
    }),
});

describe('an old pepper', () => {
  it('can go for every key that was used, and the list says for which it cannot', async () => {
    const before = await start(A);
    const { accountId, keys } = await makeKeys(
      before,
      'customer',
      'secret',
      'secret',
      'customer',
      'customer',
    );
    const [used, secret, hashes, unused, older] = keys.map(({ key }) => key) as [
      string,
      string,
      string,
      string,
      string,
    ];
    expect(new Set(await peppersOf(before, accountId, keys))).toEqual(new Set(['current']));
    // As records from before are.
    const olderHint = { lastFour: older.slice(-4) };
    await before.connection.collection('apikeys').updateOne(olderHint, { $unset: { pepper: '' } });
    await before.stop();

    const during = await start(B, A);
    const olds = ['old', 'old', 'old', 'old', 'unknown'];
    expect(await peppersOf(during, accountId, keys)).toEqual(olds);
    for (const key of [used, used, secret, older]) expect(await use(during, key)).toBe(200);
    const inTime = untilPeppers(during, accountId, keys);
    await inTime.are('current', 'current', 'old', 'old', 'current');
    // A hash is held against all secret keys of the account, so that each of them is used.
    expect(await logIn(during, used, hashes, 'ada')).toBe(201);
    await inTime.are('current', 'current', 'current', 'old', 'current');
    await during.stop();

    const after = await start(B);
    for (const key of [used, secret, hashes, older]) expect(await use(after, key)).toBe(200);
    expect(await use(after, unused)).toBe(401);
    for (const [user, secretKey] of [
      ['bob', secret],
      ['eve', hashes],
    ] as const) {
      expect(await logIn(after, used, secretKey, user)).toBe(201);
    }
    await after.stop();
  });

  it('finds what a replica with the other order has put anew, in the middle of a change', async () => {
    const [first, second] = [await start(A, B), await start(B, A)];
    const { accountId, keys } = await makeKeys(first, 'customer', 'secret');
    for (const replica of [second, first, second, first]) {
      const answers = keys.map(({ key }) => use(replica, key));
      expect(await Promise.all(answers)).toEqual([200, 200]);
    }
    expect(await use(second, keys[0]?.key ?? '')).toBe(200);
    expect(await peppersOf(second, accountId, keys)).toHaveLength(2);
    for (const replica of [first, second]) await replica.stop();
  });

  it('stays while another record has the digest that a key would get', async () => {
    const before = await start(A);
    const { keys } = await makeKeys(before, 'customer');
    const [{ key }] = keys as [CreatedApiKeyDto];
    await before.stop();
    // A replica that did not know of the old pepper let the same key in.
    const other = await start(B);
    const { accountId } = await makeTenant(other);
    expect((await other.admin('POST', `/accounts/${accountId}/keys`, { key })).status).toBe(201);
    await other.stop();
    const during = await start(B, A);
    for (let time = 0; time < 3; time += 1) expect(await use(during, key)).toBe(200);
    await during.stop();
  });
});
