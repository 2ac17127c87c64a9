import { describe, expect, it } from '@jest/globals';
import { judgeAccess, type NamedForSession } from './access-verdict.js';

const visitors = {
  none: 'none',
  unknown: 'unknown',
  Ada: { id: 'ada', isProved: false },
  'Ada, proved': { id: 'ada', isProved: true },
  Eve: { id: 'eve', isProved: false },
} satisfies Record<string, NamedForSession['visitor']>;

const conversations = {
  none: 'none',
  unknown: 'unknown',
  'own of nobody': { visitorId: null, proof: false, named: 'own' },
  'external of nobody': { visitorId: null, proof: false, named: 'external' },
  'own of Ada': { visitorId: 'ada', proof: false, named: 'own' },
  'external of Ada': { visitorId: 'ada', proof: false, named: 'external' },
  'own of Ada, proved': { visitorId: 'ada', proof: true, named: 'own' },
  'external of Ada, proved': { visitorId: 'ada', proof: true, named: 'external' },
} satisfies Record<string, NamedForSession['conversation']>;

/** key, token of, visitor named, conversation named, verdict, proved visitor, naming, what is missing */
const table = [
  ['customer', null, 'none', 'none', 'admitted', null, 'none', undefined],
  ['customer', null, 'unknown', 'unknown', 'admitted', null, 'unknown', undefined],
  ['customer', null, 'Ada', 'none', 'admitted', null, 'none', undefined],
  ['customer', null, 'Ada, proved', 'none', 'visitor_token_needed', null, 'unknown', undefined],
  ['customer', null, 'none', 'own of nobody', 'admitted', null, 'own', undefined],
  ['customer', null, 'none', 'external of nobody', 'admitted', null, 'external', undefined],
  ['customer', null, 'none', 'own of Ada', 'admitted', null, 'own', undefined],
  ['customer', null, 'Ada', 'own of Ada', 'admitted', null, 'own', undefined],
  ['customer', null, 'Ada', 'external of Ada', 'admitted', null, 'external', undefined],
  ['customer', null, 'Eve', 'own of Ada', 'not_found', null, 'unknown', 'conversation'],
  ['customer', null, 'Eve', 'external of Ada, proved', 'admitted', null, 'external', undefined],
  [
    'customer',
    null,
    'none',
    'own of Ada, proved',
    'visitor_token_needed',
    null,
    'unknown',
    undefined,
  ],
  ['customer', null, 'none', 'external of Ada, proved', 'admitted', null, 'external', undefined],
  [
    'customer',
    null,
    'unknown',
    'own of Ada, proved',
    'visitor_token_needed',
    null,
    'unknown',
    undefined,
  ],
  ['customer', 'ada', 'none', 'none', 'admitted', 'ada', 'none', undefined],
  ['customer', 'ada', 'Ada, proved', 'own of Ada, proved', 'admitted', 'ada', 'own', undefined],
  ['customer', 'ada', 'none', 'external of Ada, proved', 'admitted', 'ada', 'external', undefined],
  ['customer', 'ada', 'none', 'unknown', 'admitted', 'ada', 'unknown', undefined],
  ['customer', 'ada', 'none', 'own of nobody', 'admitted', 'ada', 'own', undefined],
  ['customer', 'ada', 'Eve', 'none', 'not_found', null, 'unknown', 'visitor'],
  ['customer', 'ada', 'unknown', 'none', 'not_found', null, 'unknown', 'visitor'],
  ['customer', 'eve', 'none', 'own of Ada', 'not_found', null, 'unknown', 'conversation'],
  ['customer', 'eve', 'none', 'own of Ada, proved', 'not_found', null, 'unknown', 'conversation'],
  ['customer', 'eve', 'none', 'external of Ada, proved', 'admitted', 'eve', 'external', undefined],
  ['secret', null, 'Ada, proved', 'own of Ada, proved', 'admitted', 'ada', 'own', undefined],
  ['secret', null, 'none', 'external of Ada, proved', 'admitted', 'ada', 'external', undefined],
  ['secret', null, 'Ada', 'none', 'admitted', 'ada', 'none', undefined],
  ['secret', null, 'unknown', 'unknown', 'admitted', null, 'unknown', undefined],
  ['secret', null, 'Eve', 'own of Ada, proved', 'not_found', null, 'unknown', 'conversation'],
] as const;

describe('a session', () => {
  it.each(table)(
    'by the %s key, with the token of %j, for visitor %s and conversation %s: %s, proved %j, %s',
    (keyKind, proved, visitor, conversation, verdict, visitorId, naming, missing) => {
      const named = { visitor: visitors[visitor], conversation: conversations[conversation] };
      expect(judgeAccess({ keyKind, proved, ...named })).toEqual({
        verdict,
        visitorId,
        conversation: naming,
        ...(missing ? { missing } : {}),
      });
    },
  );
});
