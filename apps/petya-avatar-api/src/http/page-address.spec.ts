import { describe, expect, it } from '@jest/globals';
import { withoutQuery } from './page-address.js';

describe('the address of a page', () => {
  it.each([
    ['https://shop.example.com/roses', 'https://shop.example.com/roses'],
    ['https://shop.example.com/roses?token=t&q=Ada', 'https://shop.example.com/roses'],
    ['https://shop.example.com/roses#access_token=t', 'https://shop.example.com/roses'],
    ['https://shop.example.com?token=t', 'https://shop.example.com/'],
    ['https://shop.example.com:8443/a/b/?', 'https://shop.example.com:8443/a/b/'],
    ['HTTP://Shop.Example.com/A?b', 'http://shop.example.com/A'],
    ['https://ada:secret@shop.example.com/', 'https://shop.example.com/'],
    ['https://münchen.example/ü?x', 'https://xn--mnchen-3ya.example/%C3%BC'],
    ['/roses?token=t', '/roses'],
    ['shop.example.com/roses#t', 'shop.example.com/roses'],
    ['chat?one\ntwo', 'chat'],
    ['file:///home/ada?x#y', 'file:///home/ada'],
    ['javascript:alert(1)?x', 'javascript:alert(1)'],
    ['?token=t', ''],
    ['http://', 'http://'],
    ['http://?token=t', 'http://'],
  ])('%j is kept as %j', (address, kept) => {
    expect(withoutQuery(address)).toBe(kept);
  });
});
