import { describe, expect, it } from '@jest/globals';
import type { AccountDto } from '#contracts';
import { capsOf, isMeant, sitesOf, stateOf, troublesOf } from './account-words.js';

function anAccount(more: Partial<AccountDto> = {}): AccountDto {
  return {
    accountId: '6b0159f1a470160ca3a10001',
    name: 'Blumenhaus',
    language: 'de',
    avatar: { enabled: true, avatarId: null, intro: null, knowledgeBaseId: 'k', voiceId: null },
    allowedOrigins: ['https://shop.example'],
    limits: { maxConcurrentSessions: 5, maxSessionSeconds: 1200, maxTranscriptTurns: 5000 },
    sameVisitor: 'replace',
    visitorProof: 'optional',
    retentionDays: null,
    suspended: false,
    createdAt: null,
    ...more,
  };
}

const off = { ...anAccount().avatar, enabled: false };

describe('what an operator is told of an account first', () => {
  it.each<[Partial<AccountDto>, string[], string]>([
    [{}, [], 'all is set'],
    [{ suspended: true }, ['wrong'], 'suspended'],
    [{ allowedOrigins: [] }, ['watch'], '1 warning'],
    [{ avatar: off, allowedOrigins: [] }, ['watch', 'watch'], '2 warnings'],
    [{ warnings: ['no_context'], suspended: true }, ['wrong', 'watch'], 'suspended'],
    [{ warnings: ['sandbox', 'avatar_no_uuid'] }, ['watch', 'watch'], '2 warnings'],
  ])('of %j is %j, and in a list %s', (more, tones, words) => {
    const account = anAccount(more);
    expect(troublesOf(account).map(({ tone }) => tone)).toEqual(tones);
    expect(stateOf(account).words).toBe(words);
  });

  it('is a newer service’s own word, where it has more', () => {
    const warnings = ['constructor'] as unknown as NonNullable<AccountDto['warnings']>;
    expect(troublesOf(anAccount({ warnings }))).toEqual([{ tone: 'watch', words: 'constructor' }]);
  });
});

describe('in a list', () => {
  const { limits } = anAccount();

  it.each([
    [null, null, 'no cap'],
    [7_200, null, '120 a day'],
    [0, 36_000, '0 a day, 600 a month'],
  ])('caps of %s and %s are %j', (maxSecondsPerDay, maxSecondsPerMonth, words) => {
    expect(capsOf({ limits: { ...limits, maxSecondsPerDay, maxSecondsPerMonth } })).toBe(words);
  });

  it.each([
    [[], 'none'],
    [['https://a.example'], 'a.example'],
    [['http://a.example', 'https://b.example', 'https://c.example'], 'http://a.example and 2 more'],
  ])('sites %j are %j', (allowedOrigins, words) => {
    expect(sitesOf({ allowedOrigins })).toBe(words);
  });

  it.each([
    ['', true],
    ['blumen', true],
    [' HAUS ', true],
    ['a470', true],
    ['shop.ex', true],
    ['other', false],
    ['.*', false],
  ])('it is meant by %j: %s', (wanted, meant) => {
    expect(isMeant(anAccount(), wanted)).toBe(meant);
  });
});
