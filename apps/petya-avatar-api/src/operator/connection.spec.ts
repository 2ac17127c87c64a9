import { describe, expect, it } from '@jest/globals';
import { connectionOf, type Environment, publicAddressesOf } from './connection.js';
import type { Addresses } from './invocation.js';

const TOKEN = 'token-of-the-environment';
const KEPT = 'token-that-is-kept';

function connect(addresses: Addresses, environment: Environment, kept: string | null = KEPT) {
  const usual = { url: 'http://127.0.0.1:5000', adminToken: () => Promise.resolve(kept) };
  return connectionOf(addresses, environment, usual);
}

describe('whom a command asks', () => {
  it.each([
    ['the usual one', {}, { ADMIN_TOKEN: TOKEN }, 'http://127.0.0.1:5000', TOKEN],
    ['the usual one, as itself', {}, {}, 'http://127.0.0.1:5000', KEPT],
    [
      'the one of the environment',
      {},
      { ADMIN_TOKEN: TOKEN, PETYA_BASE_URL: ' https://petya.example.com/api/v1/\n' },
      'https://petya.example.com',
      TOKEN,
    ],
    [
      'the one that is named',
      { petya: 'http://petya:5001/' },
      { ADMIN_TOKEN: `${TOKEN},the-next-one`, PETYA_BASE_URL: 'https://petya.example.com' },
      'http://petya:5001',
      TOKEN,
    ],
    [
      'as an operator with a name, who is known by all of it',
      {},
      { ADMIN_TOKEN: `anna:${TOKEN},ben:the-next-one` },
      'http://127.0.0.1:5000',
      `anna:${TOKEN}`,
    ],
  ])('is %s', async (_who, addresses, environment, petya, adminToken) => {
    expect(await connect(addresses, environment)).toEqual({ petya, adminToken });
  });

  it.each([
    ['a named one and no token', { petya: 'http://petya:5001' }, {}, /^ADMIN_TOKEN is not set/],
    ['a named one in the environment', {}, { PETYA_BASE_URL: 'http://petya' }, /^ADMIN_TOKEN is n/],
    ['an address without a scheme', { petya: 'petya:5000' }, {}, /^--petya must be an http/],
    ['an empty address', { petya: '' }, {}, /^--petya must be an http/],
    ['a user in it', {}, { PETYA_BASE_URL: 'http://me:pw@petya' }, /^PETYA_BASE_URL must be/],
    ['a token in quotes', {}, { ADMIN_TOKEN: `"${TOKEN}"` }, /^ADMIN_TOKEN must stand without/],
    ['a token of two lines', {}, { ADMIN_TOKEN: `${TOKEN}\nx` }, /^ADMIN_TOKEN must hold/],
    ['an empty first token', {}, { ADMIN_TOKEN: `,${TOKEN}` }, /^ADMIN_TOKEN must hold/],
  ])('is refused for %s', async (_why, addresses: Addresses, environment: Environment, message) => {
    const refusal: unknown = await connect(addresses, environment).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ message: expect.stringMatching(message) });
    expect(JSON.stringify(refusal) + String(refusal)).not.toMatch(/token-|pw/);
  });

  it('is nobody where no token is kept either', async () => {
    await expect(connect({}, {}, null)).rejects.toThrow(/^ADMIN_TOKEN is not set/);
  });
});

describe('the addresses of visitors', () => {
  it.each([
    [{}, {}, { api: null, gateway: null }],
    [
      { api: 'https://petya.example.com/api/v1', gateway: 'https://avatar.example.com/v1/' },
      { PETYA_PUBLIC_URL: 'https://other.example.com' },
      { api: 'https://petya.example.com', gateway: 'https://avatar.example.com' },
    ],
    [
      {},
      { PETYA_PUBLIC_URL: 'https://p.example', AVATAR_PUBLIC_URL: 'https://a.example' },
      { api: 'https://p.example', gateway: 'https://a.example' },
    ],
  ])('of %j and %j are %j', (addresses, environment, expected) => {
    expect(publicAddressesOf(addresses, environment)).toEqual(expected);
  });
});
