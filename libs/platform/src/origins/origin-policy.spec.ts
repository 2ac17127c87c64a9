import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOriginAllowed, isOriginPattern, parseOrigin } from './origin-policy.js';

describe('parseOrigin', () => {
  it.each([
    ['https://example.com', 'https://example.com'],
    ['http://example.com', 'http://example.com'],
    ['HTTPS://Shop.EXAMPLE.com', 'https://shop.example.com'],
    ['https://example.com:443', 'https://example.com'],
    ['http://example.com:80', 'http://example.com'],
    ['http://example.com:443', 'http://example.com:443'],
    ['https://example.com:8443', 'https://example.com:8443'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://[2001:DB8:0:0::1]', 'https://[2001:db8::1]'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
    ['https://my_app.example.com', 'https://my_app.example.com'],
    ['https://example.com.', 'https://example.com.'],
  ])('reads %s as %s', (header, origin) => {
    expect(parseOrigin(header)).toBe(origin);
  });

  it.each([
    ['the opaque origin', 'null'],
    ['nothing', ''],
    ['a bare host', 'example.com'],
    ['a host without scheme', '//example.com'],
    ['a star', '*'],
    ['a wildcard', 'https://*.example.com'],
    ['a scheme without host', 'https://'],
    ['one slash', 'https:/example.com'],
    ['no slashes', 'https:example.com'],
    ['backslashes', 'https:\\\\example.com'],
    ['a trailing slash', 'https://example.com/'],
    ['a path', 'https://example.com/a'],
    ['a backslash path', 'https://example.com\\.evil.test'],
    ['a query', 'https://example.com?a'],
    ['a fragment', 'https://example.com#a'],
    ['user info', 'https://example.com@evil.test'],
    ['user info with a password', 'https://a:b@evil.test'],
    ['an empty port', 'https://example.com:'],
    ['a port that is no number', 'https://example.com:80a'],
    ['a port out of range', 'https://example.com:65536'],
    ['two ports', 'https://example.com:80:80'],
    ['a file', 'file:///etc/passwd'],
    ['an extension', 'chrome-extension://abcdefgh'],
    ['a socket scheme', 'wss://example.com'],
    ['a script', 'javascript:alert(1)'],
    ['two origins', 'https://a.test https://b.test'],
    ['a list', 'https://a.test, https://b.test'],
    ['a leading space', ' https://example.com'],
    ['a trailing newline', 'https://example.com\n'],
    ['a tab that URL parsers drop', 'https://exa\tmple.com'],
    ['a NUL', 'https://example.com\u0000'],
    ['a zero-width space', 'https://exa\u200bmple.com'],
    ['a soft hyphen', 'https://exa\u00admple.com'],
    ['a lone surrogate', 'https://exa\ud800mple.com'],
    ['a percent-encoded host', 'https://ex%61mple.com'],
    ['an empty label', 'https://a..example.com'],
    ['a leading dot', 'https://.example.com'],
    ['punctuation in the host', "https://a'b.example.com"],
    ['markup', 'https://<b>.example.com'],
    ['an IPv6 address without brackets', 'https://::1'],
    ['an unclosed bracket', 'https://[::1'],
    ['a zone', 'https://[fe80::1%25eth0]'],
    ['an address out of range', 'https://256.1.1.1'],
    ['a label of 64', `https://${'a'.repeat(64)}.com`],
    ['a very long host', `https://${'a.'.repeat(140)}com`],
    ['ten kilobytes', `https://${'a'.repeat(10_240)}`],
  ])('takes %s for no origin', (_title, header) => {
    expect(parseOrigin(header)).toBeNull();
  });

  it('returns only what reads as itself again and holds no character of danger', () => {
    const near = fc
      .array(
        fc.constantFrom('https://', 'a', 'B', '.', '*', ':', '1', '[', ']', '@', '/', 'ü', '。'),
      )
      .map((parts) => `https://${parts.join('')}`);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), near, fc.webUrl()), (header) => {
        const origin = parseOrigin(header);
        if (origin === null) return;
        expect(origin).toMatch(/^https?:\/\/[a-z0-9_.:[\]-]+$/);
        expect(parseOrigin(origin)).toBe(origin);
      }),
    );
  });
});

describe('isOriginPattern', () => {
  it.each([
    'https://example.com',
    'http://localhost:8080',
    'https://[2001:db8::1]:8443',
    'https://*.example.com',
    'https://*.shop.example.com',
    'https://*.example.co.uk',
    'https://*.example.com:8443',
    'https://*.bücher.example',
    'HTTPS://*.Example.COM',
  ])('accepts %s', (value) => {
    expect(isOriginPattern(value)).toBe(true);
  });

  it.each([
    '*',
    '',
    'null',
    'https://*',
    'http://*',
    'https://*.',
    'https://*.com',
    'https://*.localhost',
    'https://*.co.uk',
    'https://*.com.au',
    'https://*.github.io',
    'https://*.Vercel.app',
    'http://*.example.com',
    '*.example.com',
    '*://*.example.com',
    'https://**.example.com',
    'https://*.*.example.com',
    'https://*example.com',
    'https://a*.example.com',
    'https://a.*.example.com',
    'https://example.*',
    'https://example.com:*',
    'https://*.example.com/',
    'https://*.example.com/path',
    'https://*.example.com?q',
    'https://user@*.example.com',
    'https://*.user@example.com',
    'https://*.example.com.',
    'https://*..example.com',
    'https://*.1.2.3.4',
    'https://*.0.1',
    'https://*.[::1]',
    'https://example.com/',
    'https://example.com,https://b.test',
    'ftp://example.com',
  ])('refuses %s', (value) => {
    expect(isOriginPattern(value)).toBe(false);
  });
});

describe('a wildcard over names that anybody may register', () => {
  it.each([
    'co.uk',
    'com.au',
    'co.jp',
    'kobe.jp',
    'anything.kobe.jp',
    'anything.ck',
    'gov.in',
    'com.br',
    'xn--55qx5d.cn',
    'github.io',
    'gitlab.io',
    'vercel.app',
    'netlify.app',
    'pages.dev',
    'workers.dev',
    'web.app',
    'firebaseapp.com',
    'appspot.com',
    'run.app',
    'herokuapp.com',
    'azurewebsites.net',
    'cloudfront.net',
    's3.amazonaws.com',
    's3.eu-west-1.amazonaws.com',
    's3-website-us-east-1.amazonaws.com',
    'eu-west-1.compute.amazonaws.com',
    'fly.dev',
    'onrender.com',
    'ngrok.io',
    'ngrok-free.app',
    'myshopify.com',
    'wixsite.com',
    'webflow.io',
    'surge.sh',
    'blogspot.com',
  ])('is refused: %s', (suffix) => {
    const pattern = `https://*.${suffix}`;
    expect(isOriginPattern(pattern)).toBe(false);
    expect(isOriginAllowed(`https://somebody.${suffix}`, [pattern])).toBe(false);
  });

  it.each([
    'example.co.uk',
    'shop.com.au',
    'city.kobe.jp',
    'www.ck',
    'my-shop.github.io',
    'my-shop.vercel.app',
    'my-bucket.s3.amazonaws.com',
    'shop.example.com',
    'shop.internal',
    'my_shop.example.com',
  ])('is another thing than one over a name that somebody has registered: %s', (name) => {
    expect(isOriginAllowed(`https://a.b.${name}`, [`https://*.${name}`])).toBe(true);
  });

  it.each([
    ['https://bucket-of-somebody.s3.amazonaws.com', 'https://*.amazonaws.com'],
    ['https://s3.amazonaws.com', 'https://*.amazonaws.com'],
    ['https://store-of-somebody.blob.core.windows.net', 'https://*.windows.net'],
  ])('does not come about by naming what stands above it: %s', (origin, pattern) => {
    expect(isOriginAllowed(origin, [pattern])).toBe(false);
  });
});

describe('isOriginAllowed', () => {
  it.each([
    ['https://example.com', ['https://example.com']],
    ['https://example.com', ['https://other.test', 'https://EXAMPLE.com:443']],
    ['https://EXAMPLE.com:443', ['https://example.com']],
    ['http://localhost:5173', ['http://localhost:5173']],
    ['http://[::1]:3000', ['http://[0:0:0:0:0:0:0:1]:3000']],
    ['https://a.example.com', ['https://*.example.com']],
    ['https://a.b.c.example.com', ['https://*.example.com']],
    ['https://A.Example.com', ['https://*.EXAMPLE.com']],
    ['https://a.xn--bcher-kva.example', ['https://*.bücher.example']],
    ['https://xn--bcher-kva.example', ['https://BÜCHER.example']],
    ['https://a.example.com:8443', ['https://*.example.com:8443']],
    ['https://a.example.com', ['https://*.example.com:443']],
  ])('lets %s in by %j', (origin, patterns) => {
    expect(isOriginAllowed(origin, patterns)).toBe(true);
  });

  it.each([
    ['https://example.com', []],
    ['http://example.com', ['https://example.com']],
    ['https://example.com:8443', ['https://example.com']],
    ['https://example.com.', ['https://example.com']],
    ['https://www.example.com', ['https://example.com']],
    ['https://example.com', ['https://*.example.com']],
    ['https://.example.com', ['https://*.example.com']],
    ['https://evil-example.com', ['https://*.example.com']],
    ['https://evilexample.com', ['https://*.example.com']],
    ['https://example.com.evil.test', ['https://*.example.com', 'https://example.com']],
    ['https://a.example.com.evil.test', ['https://*.example.com']],
    ['https://a.example.com.', ['https://*.example.com']],
    ['http://a.example.com', ['https://*.example.com']],
    ['https://a.example.com:8443', ['https://*.example.com']],
    ['https://a.example.com', ['https://*.example.com:8443']],
    ['https://aXexample.com', ['https://*.example.com']],
    ['https://a.example.com@evil.test', ['https://*.example.com']],
    ['https://evil.test/.example.com', ['https://*.example.com']],
    ['https://evil.test#.example.com', ['https://*.example.com']],
    ['https://*.example.com', ['https://*.example.com']],
    ['null', ['null', 'https://example.com']],
    ['https://anything.test', ['*', 'https://*', 'https://*.test', '']],
    ['https://someone.github.io', ['https://*.github.io']],
    ['https://a.example.com', ['http://*.example.com']],
  ])('keeps %s out by %j', (origin, patterns) => {
    expect(isOriginAllowed(origin, patterns)).toBe(false);
  });

  it('lets in by a wildcard only what ends in a dot and the name', () => {
    const host = fc.oneof(
      fc.domain(),
      fc.domain().map((name) => `${name}.example.com`),
      fc.domain().map((name) => `${name}example.com`),
      fc.domain().map((name) => `example.com.${name}`),
    );
    fc.assert(
      fc.property(host, (name) => {
        expect(isOriginAllowed(`https://${name}`, ['https://*.example.com'])).toBe(
          name.toLowerCase().endsWith('.example.com') && parseOrigin(`https://${name}`) !== null,
        );
      }),
    );
  });
});
