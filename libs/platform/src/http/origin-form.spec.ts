import { describe, expect, it } from '@jest/globals';
import { originForm } from './origin-form.js';

describe('a request target from its path on', () => {
  it.each([
    ['/v1/sessions/token', '/v1/sessions/token'],
    ['/?a=http://shop.example/b', '/?a=http://shop.example/b'],
    ['//shop.example/b', '//shop.example/b'],
    ['http://shop.example/v1/a?b=c#d', '/v1/a?b=c#d'],
    ['HTTPS://shop.example:8443/v1/a', '/v1/a'],
    ['http://me:secret@[2001:db8::1]:80/v1/a', '/v1/a'],
    ['http://shop.example//v1/a', '//v1/a'],
    ['http:///v1/a', 'http:///v1/a'],
    ['http://a:b@[/v1/a', 'http://a:b@[/v1/a'],
    ['http://[a', 'http://[a'],
    ['http://shop.example\\b/v1/a', '/\\b/v1/a'],
    ['http://shop.example:x/v1/a', 'http://shop.example:x/v1/a'],
    ['http://shop.example', '/'],
    ['http://shop.example?a=/b', '/?a=/b'],
    ['*', '*'],
    ['', ''],
    ['shop.example:443', 'shop.example:443'],
    ['ftp://shop.example/v1/a', 'ftp://shop.example/v1/a'],
    ['v1/a', 'v1/a'],
  ])('of %j is %j', (target, path) => {
    expect(originForm(target)).toBe(path);
  });
});
