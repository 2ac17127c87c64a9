import { describe, expect, it } from '@jest/globals';
import { refusedMembers } from '../../../test/support/refused-members.js';
import { AvatarConfigDto, SAME_VISITOR_POLICIES } from './avatar-config.dto.js';

const limits = { maxConcurrentSessions: 5, maxSessionSeconds: 1200, maxTranscriptTurns: 5000 };
const config = {
  accountId: 'acc-1',
  avatarId: 'Katya_Chair_Sitting_public',
  intro: '',
  knowledgeBaseId: null,
  voiceId: null,
  language: 'en',
  allowedOrigins: ['https://shop.example.com'],
  limits,
};

const refusedIn = (more: object) => refusedMembers(AvatarConfigDto, { ...config, ...more });

describe("Petya's word on an account", () => {
  it('is taken as the contract has it, with and without the optional members', () => {
    expect(refusedIn({})).toEqual([]);
    expect(refusedIn({ knowledgeBaseId: 'kb-1', voiceId: 'v-1', allowedOrigins: [] })).toEqual([]);
    for (const sameVisitor of SAME_VISITOR_POLICIES) expect(refusedIn({ sameVisitor })).toEqual([]);
  });

  it.each([
    ['accountId', [undefined, null, '', 7, {}]],
    ['avatarId', [undefined, null, '', 7, ['a']]],
    ['intro', [undefined, null, 7, {}]],
    ['knowledgeBaseId', [7, {}, ['kb']]],
    ['voiceId', [7, {}, false]],
    ['language', [undefined, null, 7, {}]],
    ['allowedOrigins', [undefined, null, 'https://a.test', [7], [null], {}]],
    ['sameVisitor', [null, 'ignore', 1, {}]],
  ])('makes no sense when %s is wrong', (member, values) => {
    for (const value of values) expect(refusedIn({ [member]: value })).toEqual([`/${member}`]);
  });

  it('makes no sense with a member that is not known', () => {
    expect(refusedIn({ isAdmin: true })).toEqual(['']);
  });

  it.each([[undefined], [null], ['5'], [5], [[limits]], [[]]])(
    'makes no sense with the limits %j',
    (value) => {
      expect(refusedIn({ limits: value })).toContain('/limits');
    },
  );

  it.each([
    ['maxConcurrentSessions', [-1, 10_001]],
    ['maxSessionSeconds', [0, 86_401]],
    ['maxTranscriptTurns', [0, 5001]],
  ])(
    'makes no sense when the limit %s is missing, no whole number or out of range',
    (name, far) => {
      for (const value of [...far, undefined, null, '5', 1.5, Infinity, {}]) {
        expect(refusedIn({ limits: { ...limits, [name]: value } })).toEqual([`/limits/${name}`]);
      }
    },
  );
});
