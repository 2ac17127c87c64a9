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

/** key, token of, visitor named, conversation named, verdict, proved visitor, naming */
const table = [
  ['customer', null, 'none', 'none', 'admitted', null, 'none'],
  ['customer', null, 'unknown', 'unknown', 'admitted', null, 'unknown'],
  ['customer', null, 'Ada', 'none', 'admitted', null, 'none'],
  ['customer', null, 'Ada, proved', 'none', 'visitor_token_needed', null, 'unknown'],
  ['customer', null, 'none', 'own of nobody', 'admitted', null, 'own'],
  ['customer', null, 'none', 'external of nobody', 'admitted', null, 'external'],
  ['customer', null, 'none', 'own of Ada', 'admitted', null, 'own'],
  ['customer', null, 'Ada', 'own of Ada', 'admitted', null, 'own'],
  ['customer', null, 'Ada', 'external of Ada', 'admitted', null, 'external'],
  ['customer', null, 'Eve', 'own of Ada', 'not_found', null, 'unknown'],
  ['customer', null, 'Eve', 'external of Ada, proved', 'admitted', null, 'external'],
  ['customer', null, 'none', 'own of Ada, proved', 'visitor_token_needed', null, 'unknown'],
  ['customer', null, 'none', 'external of Ada, proved', 'admitted', null, 'external'],
  ['customer', null, 'unknown', 'own of Ada, proved', 'visitor_token_needed', null, 'unknown'],
  ['customer', 'ada', 'none', 'none', 'admitted', 'ada', 'none'],
  ['customer', 'ada', 'Ada, proved', 'own of Ada, proved', 'admitted', 'ada', 'own'],
  ['customer', 'ada', 'none', 'external of Ada, proved', 'admitted', 'ada', 'external'],
  ['customer', 'ada', 'none', 'unknown', 'admitted', 'ada', 'unknown'],
  ['customer', 'ada', 'none', 'own of nobody', 'admitted', 'ada', 'own'],
  ['customer', 'ada', 'Eve', 'none', 'not_found', null, 'unknown'],
  ['customer', 'ada', 'unknown', 'none', 'not_found', null, 'unknown'],
  ['customer', 'eve', 'none', 'own of Ada', 'not_found', null, 'unknown'],
  ['customer', 'eve', 'none', 'own of Ada, proved', 'not_found', null, 'unknown'],
  ['customer', 'eve', 'none', 'external of Ada, proved', 'admitted', 'eve', 'external'],
  ['secret', null, 'Ada, proved', 'own of Ada, proved', 'admitted', 'ada', 'own'],
  ['secret', null, 'none', 'external of Ada, proved', 'admitted', 'ada', 'external'],
  ['secret', null, 'Ada', 'none', 'admitted', 'ada', 'none'],
  ['secret', null, 'unknown', 'unknown', 'admitted', null, 'unknown'],
  ['secret', null, 'Eve', 'own of Ada, proved', 'not_found', null, 'unknown'],
] as const;

describe('a session', () => {
  it.each(table)(
    'by the %s key, with the token of %j, for visitor %s and conversation %s: %s, proved %j, %s',
    (keyKind, proved, visitor, conversation, verdict, visitorId, naming) => {
      const named = { visitor: visitors[visitor], conversation: conversations[conversation] };
      expect(judgeAccess({ keyKind, proved, ...named })).toEqual({
        verdict,
        visitorId,
        conversation: naming,
      });
    },
  );
});
