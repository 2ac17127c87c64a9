import { describe, expect, it } from '@jest/globals';
import type { AvatarOptionsDto, Variables } from '#contracts';
import { AvatarError } from '../errors.js';
import type { SessionSettings } from '../vendors/vendor.js';
import {
  choiceOf,
  optionsOf,
  visitorVariables,
  warningsOf,
  withVariables,
} from './session-options.js';

const settings: SessionSettings = {
  avatarId: 'a',
  voiceId: null,
  contextId: 'c',
  language: 'en',
  maxSessionSeconds: 60,
};

const many = (count: number): Variables =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 'x']));

describe("the options of a session's record", () => {
  it.each<[AvatarOptionsDto | undefined, object | undefined]>([
    [undefined, undefined],
    [{}, undefined],
    [{ sandbox: null, visitorVariables: ['page'] }, undefined],
    [{ sandbox: true, visitorVariables: ['page'] }, { sandbox: true }],
  ])('of an account with %j are %j', (options, expected) => {
    expect(optionsOf(options ? { options } : {})).toEqual(expected);
  });
});

describe("a page's variables", () => {
  const allowed = { options: { visitorVariables: ['page', 'lang'] } };
  it.each<[object, Variables | null | undefined, Variables | string]>([
    [{}, undefined, {}],
    [{}, null, {}],
    [{}, {}, {}],
    [{}, { page: 'x' }, 'takes none'],
    [{ options: { visitorVariables: [] } }, { page: 'x' }, 'takes none'],
    [allowed, { page: 'x' }, { page: 'x' }],
    [allowed, { page: 'x', lang: 'de' }, { page: 'x', lang: 'de' }],
    [allowed, { page: 'x', shop: 'y' }, 'page, lang'],
    [allowed, { Page: 'x' }, 'page, lang'],
    [{ options: { visitorVariables: ['page'], variables: many(50) } }, { page: 'x' }, 'at most'],
    [
      { options: { visitorVariables: ['page'], variables: many(49) } },
      { page: 'x' },
      { page: 'x' },
    ],
    [{ options: { visitorVariables: ['n1'], variables: many(50) } }, { n1: 'x' }, { n1: 'x' }],
  ])('with %j and %j are %j', (account, given, expected) => {
    const judge = () => visitorVariables(account, given);
    if (typeof expected !== 'string') return expect(judge()).toEqual(expected);
    const refusal = refusalOf(judge);
    expect(refusal.code).toBe('invalid_input');
    expect(JSON.stringify(refusal.details)).toContain(expected);
  });

  it.each<[SessionSettings['options'], Variables, object | undefined]>([
    [undefined, {}, undefined],
    [{ sandbox: true }, {}, { sandbox: true }],
    [undefined, { page: 'x' }, { variables: { page: 'x' } }],
    [
      { variables: { shop: 'a', page: 'b' } },
      { page: 'x' },
      { variables: { shop: 'a', page: 'x' } },
    ],
  ])('beside %j and %j are %j', (options, given, expected) => {
    const before = { ...settings, ...(options ? { options } : {}) };
    expect(withVariables(before, given).options).toEqual(expected);
  });

  it.each<[Variables, Variables, boolean]>([
    [{}, {}, true],
    [{ a: '1', b: '2' }, { b: '2', a: '1' }, true],
    [{ a: '1' }, { a: '2' }, false],
    [{ a: '1' }, {}, false],
    [{ a: '","b' }, { a: '', b: '' }, false],
  ])('%j and %j are the same choice: %j', (one, other, isSame) => {
    expect(choiceOf(one) === choiceOf(other)).toBe(isSame);
  });
});

describe('what whoever set an account up is warned of', () => {
  const UUID = '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01';

  it.each<[Partial<SessionSettings>, boolean, string[] | undefined]>([
    [{}, false, undefined],
    [{ avatarId: UUID.slice(1) }, false, ['avatar_replaced']],
    [{ avatarId: 'Katya_Chair_Sitting_public' }, false, ['avatar_replaced']],
    [{ avatarId: UUID.slice(1) }, true, ['sandbox']],
    [{ contextId: null }, false, ['no_context']],
    [{ contextId: null, options: { voiceAgentId: 'v' } }, false, undefined],
    [{ options: { sandbox: false } }, false, undefined],
    [{ options: { sandbox: true } }, false, ['sandbox']],
    [{}, true, ['sandbox']],
    [{ contextId: null }, true, ['no_context', 'sandbox']],
  ])('%j, in a sandbox for all: %j', (more, isSandbox, expected) => {
    const config = { isSandbox, defaultAvatarId: UUID };
    expect(warningsOf({ ...settings, avatarId: UUID, ...more }, config)).toEqual(expected);
  });

  it('has no word of another avatar where none is set to stand in', () => {
    const mistyped = { ...settings, avatarId: UUID.slice(1) };
    expect(warningsOf(mistyped, { isSandbox: false, defaultAvatarId: null })).toBeUndefined();
  });
});

function refusalOf(judge: () => unknown): AvatarError {
  try {
    judge();
  } catch (error) {
    if (error instanceof AvatarError) return error;
  }
  throw new Error('nothing was refused');
}
