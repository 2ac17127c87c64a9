import { describe, expect, it } from '@jest/globals';
import { embedAddressesOf, lackOf, originOf } from './addresses.js';

const HERE = 'http://127.0.0.1:5001';

describe('where visitors find Petya', () => {
  it.each([
    ['https://petya.example', true, 'https://petya.example'],
    ['https://petya.example', false, 'https://petya.example'],
    [null, false, HERE],
    // A port of the operator's own answers no visitor.
    [null, true, null],
  ])('with %s set and apart: %s is %s', (petya, adminApart, api) => {
    const gateway = 'https://avatar.example';
    expect(embedAddressesOf({ petya, gateway, adminApart, you: null }, HERE)).toEqual({
      api,
      gateway,
    });
  });
});

describe('an address that is typed', () => {
  it.each([
    ['https://petya.example', 'https://petya.example'],
    [' https://PETYA.example:443/ ', 'https://petya.example'],
    ['http://localhost:5000', 'http://localhost:5000'],
    ['petya.example', null],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['https://user@petya.example', null],
    ['https://petya.example/path', null],
    ['https://petya.example/?q', null],
    ['', null],
  ])('%j is %s', (text, origin) => {
    expect(originOf(text)).toBe(origin);
  });
});

describe('an embed code', () => {
  const both = { api: 'https://petya.example', gateway: 'https://avatar.example' };

  it.each([
    ['SE_5799564546777614', both, null],
    ['SK_5799564546777614', both, /secret/],
    ['', both, /SE_/],
    ['SE_with a space', both, /SE_/],
    ['SE_5799564546777614', { ...both, api: null }, /Petya/],
    ['SE_5799564546777614', { ...both, gateway: null }, /gateway/],
  ])('of %j with %j lacks %s', (key, addresses, lack) => {
    const found = lackOf(key, addresses);
    if (lack === null) expect(found).toBeNull();
    else expect(found).toMatch(lack);
  });
});
