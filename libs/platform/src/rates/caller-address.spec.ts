import { isIPv4 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { callerAddress, plainAddress, rateAddress } from './caller-address.js';

describe('the address in what a proxy calls a caller', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['203.0.113.7:_port', '203.0.113.7'],
    ['203.0.113.7:', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['"203.0.113.7:51234"', '203.0.113.7'],
    ['[203.0.113.7]:80', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['"[2001:DB8::1]"', '2001:DB8::1'],
    ['2001:db8:1:2:3:4:5:6:443', '2001:db8:1:2:3:4:5:6'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:8080', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
    ['0000:0000:0000:0000:0000:ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:0.0.0.1', '0.0.0.1'],
    ['64:ff9b::203.0.113.7', '64:ff9b::203.0.113.7'],
    ['::1', '::1'],
  ])('of %s is %s', (node, address) => {
    expect(plainAddress(node)).toBe(address);
  });

  it.each([
    '',
    ' ',
    '-',
    'unknown',
    'UNKNOWN',
    '_hidden',
    '"_hidden:1234"',
    'shop.example',
    'localhost',
    '203.0.113',
    '203.0.113.07',
    '203.0.113.256',
    '203.0.113.7/24',
    '203.0.113.7 203.0.113.8',
    '1.2.3.4:5:6',
    '2001:db8::g',
    '[2001:db8::1',
    '2001:db8::1]:443',
    '2001:db8::1::2',
    'http://203.0.113.7',
    "' OR 1=1",
  ])('is none of %j', (node) => {
    expect(plainAddress(node)).toBeNull();
  });
});

describe('the address a request comes from', () => {
  const PROXIES = new Set(['10.0.0.1', '10.0.0.2', '2001:db8:ffff::1']);
  const trusts = (address: string) => PROXIES.has(address);
  const peer = '10.0.0.1';

  it.each([
    ['no header', {}, '10.0.0.1'],
    ['an empty one', { forwardedFor: '' }, '10.0.0.1'],
    ['only commas', { forwardedFor: ', ,' }, '10.0.0.1'],
    ['one address', { forwardedFor: '203.0.113.7' }, '203.0.113.7'],
    ['one with a port', { forwardedFor: '203.0.113.7:51234' }, '203.0.113.7'],
    ['one in brackets', { forwardedFor: '[2001:db8::7]:51234' }, '2001:db8::7'],
    ['one behind a proxy of ours', { forwardedFor: '203.0.113.7, 10.0.0.2' }, '203.0.113.7'],
    ['that proxy with a port', { forwardedFor: '203.0.113.7, 10.0.0.2:80' }, '203.0.113.7'],
    ['that proxy written as IPv6', { forwardedFor: '203.0.113.7, ::ffff:10.0.0.2' }, '203.0.113.7'],
    ['what the caller says itself', { forwardedFor: '198.51.100.1, 203.0.113.7' }, '203.0.113.7'],
    ['empty entries', { forwardedFor: '203.0.113.7,, 10.0.0.2,' }, '203.0.113.7'],
    ['several lines', { forwardedFor: ['203.0.113.7', '10.0.0.2'] }, '203.0.113.7'],
    ['unknown', { forwardedFor: 'unknown' }, '10.0.0.1'],
    ['a name of its own', { forwardedFor: '_hidden' }, '10.0.0.1'],
    ['a name behind a proxy of ours', { forwardedFor: '198.51.100.1, _h, 10.0.0.2' }, '10.0.0.2'],
    ['only proxies of ours', { forwardedFor: '10.0.0.2' }, '10.0.0.2'],
    ['Forwarded', { forwarded: 'for=203.0.113.7' }, '203.0.113.7'],
    ['Forwarded with a port', { forwarded: 'for="203.0.113.7:47011";proto=https' }, '203.0.113.7'],
    ['Forwarded with IPv6', { forwarded: 'proto=http; For="[2001:db8::7]:4711"' }, '2001:db8::7'],
    ['Forwarded twice', { forwarded: 'for=198.51.100.1, for=203.0.113.7' }, '203.0.113.7'],
    ['Forwarded by us', { forwarded: 'for=203.0.113.7;by=10.0.0.1, for=10.0.0.2' }, '203.0.113.7'],
    ['Forwarded unknown', { forwarded: 'for=unknown' }, '10.0.0.1'],
    ['Forwarded hidden', { forwarded: 'for="_gazonk"' }, '10.0.0.1'],
    ['Forwarded without for', { forwarded: 'for=198.51.100.1, by=10.0.0.2' }, '10.0.0.1'],
    ['both', { forwardedFor: '203.0.113.7', forwarded: 'for=198.51.100.1' }, '203.0.113.7'],
    ['both, one empty', { forwardedFor: '', forwarded: 'for=198.51.100.1' }, '10.0.0.1'],
  ])('is told by a proxy of ours: %s', (_what, headers, address) => {
    expect(callerAddress({ peer, trusts, ...headers })).toBe(address);
  });

  it('is the peer, whatever it says of itself, where that is no proxy of ours', () => {
    const told = { forwardedFor: '198.51.100.1', forwarded: 'for=198.51.100.2' };
    expect(callerAddress({ peer: '203.0.113.7', trusts, ...told })).toBe('203.0.113.7');
    expect(callerAddress({ peer: '::ffff:203.0.113.7', trusts, ...told })).toBe('203.0.113.7');
    expect(callerAddress({ peer: undefined, trusts, ...told })).toBe('');
  });

  it('is told by a proxy that is written as IPv6, and by one with an address of IPv6', () => {
    const forwardedFor = '203.0.113.7';
    for (const proxy of ['::ffff:10.0.0.1', '2001:db8:ffff::1']) {
      expect(callerAddress({ peer: proxy, forwardedFor, trusts })).toBe(forwardedFor);
    }
  });

  it('is counted by hops where that is asked', () => {
    const forwardedFor = '198.51.100.1, 203.0.113.7, 203.0.113.8';
    const first = (_address: string, hop: number) => hop < 2;
    expect(callerAddress({ peer, forwardedFor, trusts: first })).toBe('203.0.113.7');
  });
});

describe('the address a rate is counted under', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
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

  it('never is the whole of an address of IPv6', () => {
    for (const address of ['2001:db8::1', '64:ff9b::203.0.113.7', '::1.2.3.4']) {
      expect(isIPv4(rateAddress(address))).toBe(false);
      expect(rateAddress(address).split(':')).toHaveLength(4);
    }
  });
});
