import { describe, expect, it } from '@jest/globals';
import { newId } from '../ids/new-id.js';
import { auditedId, auditedOrder } from './audited-id.js';

const DIGEST = /^digest:[0-9a-f]{16}$/;

describe('an id in the audit', () => {
  it.each([
    ['conversationId', newId()],
    ['visitorId', '6b0159f1a470160ca3a10003'],
    ['id', '1b4e28ba-2fa1-41d2-883f-0016d3cca427'],
    ['accountId', 'shop-of-ada'],
    ['accountId', 'A.b_c:d-9'],
    ['accountId', 'x'.repeat(128)],
    ['day', '2026-11-30'],
    ['keyId', 'key-1'],
  ])('is written as it is where it names nobody: %s', (name, id) => {
    expect(auditedId(name, id, 'key')).toBe(id);
  });

  it.each([
    ['conversationId', 'order-1042'],
    ['conversationId', 'ada@example.com'],
    ['visitorId', '+49 30 1234567'],
    ['id', 'x'.repeat(5_000)],
    ['conversationId', '6B0159F1A470160CA3A10003x'],
  ])('is a digest where a customer may have made it: %s', (name, id) => {
    const written = auditedId(name, id, 'key');
    expect(written).toMatch(DIGEST);
    expect(written).toBe(auditedId(name, id, 'key'));
    expect(written).not.toBe(auditedId(name, id, 'another key'));
    expect(written).not.toBe(auditedId(name, `${id}.`, 'key'));
  });

  // Whoever shows a wrong token writes a line, too, and has given no account its id.
  it.each([
    ['accountId', 'Ada Lovelace'],
    ['accountId', 'ada@example.com'],
    ['accountId', 'acc_1 result=200'],
    ['accountId', '\u202eacc_1'],
    ['accountId', '\u2028who=anna'],
    ['keyId', '<img src=x onerror=alert(1)>'],
    ['day', '2026-11-30\nwho=anna'],
    ['accountId', 'x'.repeat(129)],
    ['accountId', ''],
  ])('is a digest where no operator can have given it: %s %j', (name, id) => {
    expect(auditedId(name, id, 'key')).toMatch(DIGEST);
  });
});

describe('an order in the audit', () => {
  it.each<[unknown, object]>([
    [
      { paused: true, reason: 'for Ada Lovelace', until: '2026-11-30T06:00:00Z' },
      { paused: true, until: '2026-11-30T06:00:00.000Z' },
    ],
    [
      { paused: true, until: '2026-11-30T07:00:00+01:00' },
      { paused: true, until: '2026-11-30T06:00:00.000Z' },
    ],
    [{ paused: false }, { paused: false }],
    [
      { all: true, expected: 12 },
      { all: true, expected: 12 },
    ],
    [
      { accountId: 'shop-of-ada', expected: 3 },
      { accountId: 'shop-of-ada', expected: 3 },
    ],
    [{ name: 'Ada', allowedOrigins: ['https://a.example'], key: 'SE_1' }, {}],
    [{ expected: 1.5, all: null, paused: { all: true }, accountId: ['a'] }, {}],
    [Object.create({ all: true }), {}],
    [undefined, {}],
    [null, {}],
    ['all', {}],
    [[], {}],
  ])('of %j is %j', (body, told) => {
    expect(auditedOrder(body, 'key')).toEqual(told);
  });

  it('has digests of what no operator can have written', () => {
    const hostile = { accountId: 'acc_1 result=200', until: '2026\nwho=anna' };
    expect(auditedOrder(hostile, 'key')).toEqual({
      accountId: expect.stringMatching(DIGEST),
      until: expect.stringMatching(DIGEST),
    });
  });
});
