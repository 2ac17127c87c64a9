import { toJson } from '#client';
import { describe, expect, it } from '@jest/globals';
import { localeOf, pageUrlOf } from './src/plugin/page-facts.js';

const SITE = 'https://shop.example.com/';
const longTo = (bytes: number, start: string): string => start + 'x'.repeat(bytes - start.length);

describe('a page’s address', () => {
  it.each([
    ['that fits', `${SITE}roses?x=1#top`, `${SITE}roses?x=1#top`],
    ['of 2,048 bytes', longTo(2048, `${SITE}?q=`), longTo(2048, `${SITE}?q=`)],
    ['with a long fragment', longTo(9000, `${SITE}roses?x=1#`), `${SITE}roses?x=1`],
    ['with a long query', longTo(9000, `${SITE}roses?x=`), `${SITE}roses`],
    ['with a long query and a fragment', longTo(9000, `${SITE}roses?x=1#?`), `${SITE}roses?x=1`],
    ['with a long path', longTo(2049, SITE), SITE],
    ['of a page inside a page', 'about:srcdoc', 'about:srcdoc'],
    ['of a page that is its own address', longTo(9000, 'data:text/html,'), undefined],
    ['that is empty', '', undefined],
  ])('%s is told as far as it can be', (_what, href, expected) => {
    expect(pageUrlOf(href)).toBe(expected);
  });
});

describe('a browser’s language', () => {
  it.each([
    ['de-DE', 'de-DE'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['en_US', 'en_US'],
    ['en-US@posix', 'en-US'],
    ['en_US.UTF-8', 'en_US'],
    ['C', 'C'],
    ['de DE', undefined],
    ['', undefined],
    ['x'.repeat(36), undefined],
    [undefined, undefined],
    [null, undefined],
    [['de'], undefined],
  ])('%j is told as %j', (language, expected) => {
    expect(localeOf(language)).toBe(expected);
  });
});

describe('JSON on a page whose libraries add `toJSON`', () => {
  it.each([
    [{ a: 'x"\n', b: [1, { c: null }], d: undefined, e: true }],
    [[undefined, 'é\u2028', []]],
    ['text'],
    [null],
    [{}],
  ])('of %j is what it is without them', (value) => {
    const expected = JSON.stringify(value);
    const lists = Array.prototype as { toJSON?: unknown };
    const objects = Object.prototype as { toJSON?: unknown };
    lists.toJSON = () => 'a list';
    objects.toJSON = () => 'an object';
    try {
      expect(toJson(value)).toBe(expected);
    } finally {
      delete lists.toJSON;
      delete objects.toJSON;
    }
  });
});
