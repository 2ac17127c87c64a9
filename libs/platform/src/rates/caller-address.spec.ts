import { describe, expect, it } from '@jest/globals';
import { rateAddress } from './caller-address.js';

describe('the address a rate is counted under', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('of %s is %s', (address, counted) => {
    expect(rateAddress(address)).toBe(counted);
  });

  it('is the same for every address of a /64 and another one beside it', () => {
    expect(rateAddress('2001:db8:a:b::1')).toBe(rateAddress('2001:db8:a:b:ffff::9'));
    expect(rateAddress('2001:db8:a:b::1')).not.toBe(rateAddress('2001:db8:a:c::1'));
  });
});
