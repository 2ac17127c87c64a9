import { describe, expect, it } from '@jest/globals';
import { type Asked, type Asker, mayAct, mayPost, mayRead, maySetStatus } from './access-rules.js';

const open = { visitorProof: 'optional' } as const;
const strict = { visitorProof: 'required' } as const;

const askers = {
  'the key alone': { account: open, keyKind: 'customer', visitor: null },
  'its visitor': { account: open, keyKind: 'customer', visitor: { id: 'ada' } },
  'another visitor': { account: open, keyKind: 'customer', visitor: { id: 'eve' } },
  'the secret key': { account: open, keyKind: 'secret', visitor: null },
} satisfies Record<string, Asker>;

const kinds = {
  'opened with proof': { visitorId: 'ada', proof: true },
  'of a visitor': { visitorId: 'ada', proof: false },
  'of nobody': { visitorId: null, proof: false },
} satisfies Record<string, Omit<Asked, 'named' | 'handle'>>;

const token = 'visitor_token_needed';
const none = 'not_found';
const secret = 'secret_key_needed';

/** conversation, named by, who asks, read, post as visitor, post as the shop, set status */
const table = [
  ['opened with proof', 'own', 'the key alone', token, token, secret, token],
  ['opened with proof', 'own', 'its visitor', 'yes', 'yes', secret, 'yes'],
  ['opened with proof', 'own', 'another visitor', none, none, none, none],
  ['opened with proof', 'own', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['opened with proof', 'external', 'the key alone', none, none, none, none],
  ['opened with proof', 'external', 'its visitor', 'yes', 'yes', secret, 'yes'],
  ['opened with proof', 'external', 'another visitor', none, none, none, none],
  ['opened with proof', 'external', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['of a visitor', 'own', 'the key alone', token, 'yes', 'yes', 'yes'],
  ['of a visitor', 'own', 'its visitor', 'yes', 'yes', 'yes', 'yes'],
  ['of a visitor', 'own', 'another visitor', none, none, none, none],
  ['of a visitor', 'own', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['of a visitor', 'external', 'the key alone', none, none, none, none],
  ['of a visitor', 'external', 'its visitor', 'yes', 'yes', 'yes', 'yes'],
  ['of a visitor', 'external', 'another visitor', none, none, none, none],
  ['of a visitor', 'external', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['of nobody', 'own', 'the key alone', token, 'yes', 'yes', 'yes'],
  ['of nobody', 'own', 'another visitor', none, 'yes', 'yes', 'yes'],
  ['of nobody', 'own', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['of nobody', 'external', 'the key alone', none, none, none, none],
  ['of nobody', 'external', 'another visitor', none, none, none, none],
  ['of nobody', 'external', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
] as const;

describe('a conversation', () => {
  it.each(table)(
    '%s, named by its %s id, for %s: read %s, post %s, post as the shop %s, set status %s',
    (kind, named, who, read, post, answer, status) => {
      const asker = askers[who];
      const asked = { ...kinds[kind], named, handle: 'unguessable' } as const;
      expect({
        read: mayRead(asker, asked),
        post: mayPost(asker, asked, true),
        answer: mayPost(asker, asked, false),
        status: maySetStatus(asker, asked),
      }).toEqual({ read, post, answer, status });
    },
  );
});

/** handle, conversation, who asks, read, post as visitor, post as the shop, set status */
const older = [
  ['guessed', 'opened with proof', 'the key alone', none, none, none, none],
  ['guessed', 'opened with proof', 'its visitor', 'yes', 'yes', secret, 'yes'],
  ['guessed', 'opened with proof', 'another visitor', none, none, none, none],
  ['guessed', 'opened with proof', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['guessed', 'of a visitor', 'the key alone', none, none, none, none],
  ['guessed', 'of a visitor', 'its visitor', 'yes', 'yes', 'yes', 'yes'],
  ['guessed', 'of a visitor', 'another visitor', none, none, none, none],
  ['guessed', 'of a visitor', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['guessed', 'of nobody', 'the key alone', none, none, none, none],
  ['guessed', 'of nobody', 'another visitor', none, none, none, none],
  ['guessed', 'of nobody', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
  ['in use', 'opened with proof', 'the key alone', none, none, none, none],
  ['in use', 'opened with proof', 'its visitor', 'yes', 'yes', secret, 'yes'],
  ['in use', 'opened with proof', 'another visitor', none, none, none, none],
  ['in use', 'of a visitor', 'the key alone', none, 'yes', secret, 'yes'],
  ['in use', 'of a visitor', 'its visitor', 'yes', 'yes', 'yes', 'yes'],
  ['in use', 'of a visitor', 'another visitor', none, none, none, none],
  ['in use', 'of nobody', 'the key alone', none, 'yes', secret, 'yes'],
  ['in use', 'of nobody', 'another visitor', none, 'yes', secret, 'yes'],
  ['in use', 'of nobody', 'the secret key', 'yes', 'yes', 'yes', 'yes'],
] as const;

describe('a conversation of before, whose own id can be guessed', () => {
  it.each(older)(
    'when %s, %s, for %s: read %s, post %s, post as the shop %s, set status %s',
    (handle, kind, who, read, post, answer, status) => {
      const asked = { ...kinds[kind], named: 'own', handle } as const;
      const asker = askers[who];
      expect({
        read: mayRead(asker, asked),
        post: mayPost(asker, asked, true),
        answer: mayPost(asker, asked, false),
        status: maySetStatus(asker, asked),
      }).toEqual({ read, post, answer, status });
    },
  );
});

describe('an account whose visitors must show proof', () => {
  it.each([
    ['customer', null, token],
    ['customer', { id: 'ada' }, 'yes'],
    ['secret', null, 'yes'],
  ] as const)('with the %s key and visitor %j is %s', (keyKind, visitor, ruling) => {
    expect(mayAct({ account: strict, keyKind, visitor })).toBe(ruling);
    expect(mayAct({ account: open, keyKind, visitor })).toBe('yes');
  });
});
