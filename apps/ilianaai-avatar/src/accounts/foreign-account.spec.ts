import { describe, expect, it } from '@jest/globals';
import {
  type AccountDefaults,
  foreignAccount,
  foreignAccountId,
  isForeignAccount,
  namesAccount,
  readForeignConfig,
} from './foreign-account.js';

const defaults: AccountDefaults = {
  language: 'en',
  allowedOrigins: ['https://shop.example.com'],
  limits: { maxConcurrentSessions: 5, maxSessionSeconds: 1200, maxTranscriptTurns: 5000 },
};
const plain = { intro: '', knowledgeBaseId: null, voiceId: null, language: 'en' };

describe('the account of a configuration that names none', () => {
  it.each<[object, object | string]>([
    [{ avatarId: 'a' }, { avatarId: 'a', ...plain }],
    [
      { avatarId: 'a', intro: 'Hi', knowledgeBaseId: 'k', voiceId: 'v' },
      { avatarId: 'a', intro: 'Hi', knowledgeBaseId: 'k', voiceId: 'v', language: 'en' },
    ],
    [
      { avatarId: 'a', contextId: 'c' },
      { avatarId: 'a', ...plain, knowledgeBaseId: 'c' },
    ],
    [
      { avatarId: 'a', contextId: 'c', knowledgeBaseId: 'k' },
      { avatarId: 'a', ...plain, knowledgeBaseId: 'k' },
    ],
    [
      { avatarId: 'a', contextId: 'c', knowledgeBaseId: '' },
      { avatarId: 'a', ...plain, knowledgeBaseId: 'c' },
    ],
    [
      { avatarId: 'a', intro: null, voiceId: '' },
      { avatarId: 'a', ...plain },
    ],
    [
      { avatarId: 'a', language: 'de' },
      { avatarId: 'a', ...plain, language: 'de' },
    ],
    [
      { avatarId: 'a', more: { deep: 1 } },
      { avatarId: 'a', ...plain },
    ],
    [{}, 'no avatarId'],
    [{ avatarId: '' }, 'no avatarId'],
    [{ avatarId: null }, 'no avatarId'],
    [{ avatarId: 7 }, 'avatarId is no text'],
    [{ avatarId: 'a', intro: 7 }, 'intro is no text'],
    [{ avatarId: 'a', voiceId: ['v'] }, 'voiceId is no text'],
    [{ avatarId: 'a', knowledgeBaseId: {} }, 'knowledgeBaseId is no text'],
    [{ avatarId: 'a'.repeat(2001) }, 'avatarId is no text'],
    [{ data: { avatarId: 'a' } }, 'no avatarId'],
    [['a'], 'no avatarId'],
  ])('%j is %j', (data, expected) => {
    expect(readForeignConfig(data, 'en')).toEqual(expected);
  });

  it.each([null, undefined, 'avatarId', 7])('%j is none', (data) => {
    expect(readForeignConfig(data, 'en')).toBe('no object');
  });

  it.each([
    [{ accountId: 'acc-1', avatarId: 'a' }, true],
    [{ accountId: null, avatarId: 'a' }, true],
    [{ avatarId: 'a' }, false],
    [['a'], false],
    [null, false],
  ])('%j names an account: %s', (data, names) => {
    expect(namesAccount(data)).toBe(names);
  });

  it('has everything else as the operator has it', () => {
    const config = { avatarId: 'a', ...plain };
    const { allowedOrigins, limits } = defaults;
    const account = foreignAccount(config, 'key_1', defaults);
    expect(account).toEqual({ ...config, accountId: 'key_1', allowedOrigins, limits });
  });

  it('has an id that is the same each time, of each key another, and tells nothing of it', async () => {
    const [one, again, other] = await Promise.all(
      ['SE_5799564546777614', 'SE_5799564546777614', 'SE_5799564546777615'].map(foreignAccountId),
    );
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^key_[\w-]{22}$/);
    const ids = [String(one), '6b0159f1a470160ca3a10001', 'key_123', `${one}x`];
    expect(ids.map(isForeignAccount)).toEqual([true, false, false, false]);
  });
});
