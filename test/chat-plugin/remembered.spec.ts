import { describe, expect, it } from '@jest/globals';
import { siteOf } from './src/plugin/addresses.js';
import { readRemembered, readVisitor } from './src/plugin/remembered.js';

const line = { id: 'l-1', role: 'user', text: 'Hello' };
const live = { session_id: 's-1', session_token: 'eyJ.a.b', startedAtMs: 5 };
const whole = {
  externalId: 'e-1',
  conversationId: 'c-1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  attempt: 'a-1',
  live,
  isGreeted: true,
  lines: [line],
};
const nothing = { conversationId: null, attempt: null, live: null, isGreeted: false, lines: [] };

describe('what a tab remembers', () => {
  it('is read as it was written', () => {
    expect(readRemembered(JSON.stringify(whole))).toEqual(whole);
  });

  it.each([null, '', 'undefined', 'null', '7', '"text"', '[]', '{', '{"lines":{"length":1}}'])(
    'is nothing where the storage holds %j',
    (kept) => expect(readRemembered(kept)).toEqual(nothing),
  );

  it.each([
    ['externalId', ['', 'a b', 'x'.repeat(129), 7, null, {}, ['e-1']], undefined],
    ['conversationId', ['', 'a/b', 'é', '.', '..', 7, {}, ['c-1']], null],
    ['traceId', ['', '0'.repeat(31), '0'.repeat(33), 'A'.repeat(32), 7, null, {}], undefined],
    ['isGreeted', ['yes', 1, null, {}], false],
    ['lines', [null, 'text', { 0: line, length: 1 }, [null, 7, {}, { ...line, text: 1 }]], []],
    ['live', [true, 'text', {}, { ...live, session_id: 7 }, { ...live, session_token: 'é' }], null],
    [
      'live',
      [
        { ...live, session_token: '' },
        { ...live, session_token: 'a\nb' },
      ],
      null,
    ],
  ])('has no %s where it is of another shape', (member, values, expected) => {
    for (const value of values) {
      const read = readRemembered(JSON.stringify({ ...whole, [member]: value }));
      expect([value, read]).toEqual([value, { ...whole, [member]: expected }]);
    }
  });

  it.each([undefined, null, '', 7, 'a b'])('has no session where its attempt is %j', (attempt) => {
    const read = readRemembered(JSON.stringify({ ...whole, attempt }));
    expect(read).toEqual({ ...whole, attempt: null, live: null });
  });

  it('keeps the lines that are lines', () => {
    const lines = [{ ...line, role: 'admin' }, line, { ...line, id: null }];
    expect(readRemembered(JSON.stringify({ ...whole, lines })).lines).toEqual([line]);
  });

  it('has a session whose time it does not know', () => {
    const kept = JSON.stringify({ ...whole, live: { ...live, startedAtMs: 'now' } });
    expect(readRemembered(kept).live).toEqual({ ...live, startedAtMs: null });
  });
});

describe('who the visitor is', () => {
  const visitor = { visitorId: 'v-1', visitorToken: 'eyJ.a.b' };

  it('is read as it was written', () => {
    expect(readVisitor(JSON.stringify(visitor))).toEqual(visitor);
    const user = { ...visitor, userId: 'shop.example.com:7' };
    expect(readVisitor(JSON.stringify(user))).toEqual(user);
  });

  it.each([null, 7, {}, ['7']])('is nobody who was logged in where that is %j', (userId) => {
    expect(readVisitor(JSON.stringify({ ...visitor, userId }))).toEqual(visitor);
  });

  it.each([
    null,
    'undefined',
    'null',
    'v-1',
    '"v-1"',
    '{}',
    '{"visitorId":"v-1"}',
    '{"visitorId":"v-1","visitorToken":""}',
    '{"visitorId":"v-1","visitorToken":{}}',
    '{"visitorId":"a b","visitorToken":"eyJ"}',
    '{"visitorId":"v-1","visitorToken":"a\\u000ab"}',
  ])('is nobody where the storage holds %j', (kept) => {
    expect(readVisitor(kept)).toBeNull();
  });
});

describe('the address of a service', () => {
  it.each([
    'https://petya.example.com',
    'https://petya.example.com/',
    'https://petya.example.com//',
    'https://petya.example.com/api/v1',
    'https://petya.example.com/api/v1/',
    'https://petya.example.com/v1/',
    ' https://petya.example.com ',
  ])('is the same written as %j', (address) => {
    expect(siteOf(address)).toBe('https://petya.example.com');
  });

  it('keeps a path of its own', () => {
    expect(siteOf('https://example.com/petya/api/v1')).toBe('https://example.com/petya');
  });
});
