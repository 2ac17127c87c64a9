import { describe, expect, it } from '@jest/globals';
import { atPetya } from './at-petya.js';

describe('an account on Petya’s board', () => {
  it.each([
    ['acc_1', 'http://127.0.0.1:5001/board#/accounts/acc_1'],
    ['../x?y#z', 'http://127.0.0.1:5001/board#/accounts/..%2Fx%3Fy%23z'],
    ['a\ud800', 'http://127.0.0.1:5001/board#/accounts/a%EF%BF%BD'],
  ])('of %j is there', (accountId, address) => {
    expect(atPetya('http://127.0.0.1:5001', accountId)).toBe(address);
  });
});
