import { describe, expect, it, jest } from '@jest/globals';
import { at } from '../../../../test/support/session.factory.js';
import { VerifiedTokens } from './verified-tokens.js';

const verifying = (expiresAt: Date) => jest.fn(async () => ({ expiresAt }));

describe('a token that was verified', () => {
  it.each([
    ['a moment later', 1, 1],
    ['a millisecond before it expires', 9.999, 1],
    ['when it expires', 10, 2],
    ['after that', 11, 2],
  ])('is verified so often when it comes again %s', async (_when, seconds, times) => {
    const tokens = new VerifiedTokens();
    const verify = verifying(at(10));
    const first = await tokens.claimsOf('token', at(0), verify);
    expect(await tokens.claimsOf('token', at(seconds), verify)).toEqual(first);
    expect(verify).toHaveBeenCalledTimes(times);
  });

  it('says nothing of another one', async () => {
    const tokens = new VerifiedTokens();
    await tokens.claimsOf('token', at(0), verifying(at(10)));
    const verify = verifying(at(20));
    expect(await tokens.claimsOf('token2', at(0), verify)).toEqual({ expiresAt: at(20) });
  });

  it('is forgotten when too many others came', async () => {
    const tokens = new VerifiedTokens(2);
    const verify = verifying(at(10));
    for (const token of ['a', 'b', 'a', 'c', 'a']) await tokens.claimsOf(token, at(0), verify);
    expect(verify).toHaveBeenCalledTimes(3);
    await tokens.claimsOf('b', at(0), verify);
    expect(verify).toHaveBeenCalledTimes(4);
  });
});

describe('a token that was signed here', () => {
  it.each([
    ['before it expires', 9.999, 0],
    ['when it expires', 10, 1],
  ])('is verified so often when it comes back %s', async (_when, seconds, times) => {
    const tokens = new VerifiedTokens();
    tokens.remember('token', { expiresAt: at(10) });
    const verify = verifying(at(10));
    expect(await tokens.claimsOf('token', at(seconds), verify)).toEqual({ expiresAt: at(10) });
    expect(verify).toHaveBeenCalledTimes(times);
  });
});

describe('a token that is refused', () => {
  it('is refused each time', async () => {
    const tokens = new VerifiedTokens();
    const refuse = jest.fn(() => Promise.reject(new Error('forged')));
    for (let time = 0; time < 2; time += 1) {
      await expect(tokens.claimsOf('token', at(0), refuse)).rejects.toThrow('forged');
    }
    expect(refuse).toHaveBeenCalledTimes(2);
  });

  it('is taken once it is right', async () => {
    const tokens = new VerifiedTokens();
    const refuse = () => Promise.reject(new Error('another secret'));
    await expect(tokens.claimsOf('token', at(0), refuse)).rejects.toThrow();
    const claims = await tokens.claimsOf('token', at(0), verifying(at(10)));
    expect(claims).toEqual({ expiresAt: at(10) });
  });
});
