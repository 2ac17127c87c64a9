import { describe, expect, it } from '@jest/globals';
import type { AccountDto, ApiKeyDto } from '#contracts';
import { differencesOf } from './differences.js';

const account: AccountDto = {
  accountId: 'a1',
  name: 'A',
  language: 'en',
  avatar: {
    enabled: true,
    avatarId: null,
    intro: 'Hello',
    knowledgeBaseId: null,
    voiceId: null,
    variables: { a: '1', b: '2' },
  },
  allowedOrigins: ['https://a.example'],
  limits: { maxConcurrentSessions: 5, maxSessionSeconds: 60, maxTranscriptTurns: 5000 },
  sameVisitor: 'replace',
  visitorProof: 'optional',
  retentionDays: null,
  suspended: false,
  createdAt: null,
};

const key: ApiKeyDto = {
  keyId: 'k1',
  kind: 'customer',
  prefix: 'SE_5',
  lastFour: '7614',
  createdAt: '2026-01-01T00:00:00.000Z',
  revokedAt: null,
  pepper: 'current',
};

describe('what is other than wanted', () => {
  it.each([
    [{ name: 'A' }, []],
    [{ name: 'A', language: 'de' }, ['language']],
    [{ avatar: { intro: 'Hello', variables: { b: '2', a: '1' } } }, []],
    [{ avatar: { intro: null, variables: { a: '1' } } }, ['avatar.intro', 'avatar.variables']],
    [{ avatar: { voiceId: null } }, []],
    [{ allowedOrigins: ['https://b.example'] }, ['allowedOrigins']],
    [
      { limits: { maxSessionSeconds: 60, maxConcurrentSessions: 6 } },
      ['limits.maxConcurrentSessions'],
    ],
    [{ limits: { maxSessionSeconds: null } }, []],
    [{ retentionDays: null, suspended: false }, []],
    [{ avatar: 'x', strange: 1 }, ['avatar', 'strange']],
  ])('of %j is %j', (wanted, differing) => {
    expect(differencesOf({ account: wanted, key: {} }, account, [key])).toEqual(differing);
  });

  it.each([
    ['SE_5799564546777614', key, []],
    ['SE_5799564546770000', key, ['key']],
    ['SE_5799564546777614', { ...key, revokedAt: key.createdAt }, ['key']],
  ])('of the key %s is seen by its ends', (text, there, differing) => {
    const wanted = { account: {}, key: { key: text } };
    expect(differencesOf(wanted, account, [there])).toEqual(differing);
  });
});
