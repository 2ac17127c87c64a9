import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONVERSATION_NAMINGS, SAME_VISITOR_POLICIES } from '#contracts';
import { aSession, START } from '../../../../test/support/session.factory.js';
import { SESSION_STATES } from './domain/session-states.js';
import type { Session } from './domain/session.js';
import { type Asker, meetSameVisitor } from './same-visitor.js';

const TALK = { conversationId: 'talk-a', visitorId: 'ada' };
const NOBODY = { conversationId: null, visitorId: null };

const live = (more: Partial<Session>) =>
  aSession({ id: 'found', state: 'active', ...TALK, opener: 'home', ...more });

/** Somebody who shows nothing but names. */
const asker = (more: Partial<Asker> = {}): Asker => ({
  ...TALK,
  isProved: false,
  namedBy: 'external',
  opener: 'elsewhere',
  earlier: null,
  ...more,
});

const PROOF = { isProved: true } as const;
const EARLIER = { earlier: { sessionId: 'found', grant: 'mine' } } as const;
const OWN = { namedBy: 'own' } as const;
const HOME = { opener: 'home' } as const;

/** What is met, in one word: with which grant, where the session is given again. */
function met(session: Partial<Session>, by: Partial<Asker>, policy = 'replace'): string {
  const found = meetSameVisitor([live(session)], asker(by), policy as 'replace');
  if (found.kind !== 'again') return found.kind;
  return found.grant === null ? 'again, anew' : `again, ${found.grant}`;
}

describe('a session that the vendor is being asked for', () => {
  const creating = { state: 'creating' } as const;

  it.each<[string, Partial<Session>, Partial<Asker>, string]>([
    ['its visitor’s proof', { proved: true }, PROOF, 'opening'],
    [
      'its visitor’s proof, for another conversation',
      { proved: true },
      { ...PROOF, conversationId: 'b' },
      'opening',
    ],
    ['its names, from the same address', {}, HOME, 'opening'],
    [
      'its conversation alone, from the same address',
      { ...NOBODY, conversationId: 'talk-a' },
      { ...NOBODY, conversationId: 'talk-a', ...HOME },
      'opening',
    ],
    ['its names, from elsewhere', {}, {}, 'none'],
    ['its names, where no address is known', { opener: null }, { opener: null }, 'none'],
    ['no name, from the same address', NOBODY, { ...NOBODY, ...HOME }, 'none'],
    ['another conversation, from the same address', {}, { conversationId: 'b', ...HOME }, 'none'],
    ['proof, where it was asked for without', {}, { ...PROOF, ...HOME }, 'none'],
    ['names alone, where it was asked for with proof', { proved: true }, HOME, 'none'],
    ['another visitor’s proof', { proved: true }, { ...PROOF, visitorId: 'bob' }, 'none'],
    [
      'its visitor’s proof, where somebody has ended it',
      { proved: true, stop: { reason: 'replaced', at: START, attempts: 0 } },
      PROOF,
      'none',
    ],
  ])('is waited for by whose it is, under every policy: %s', (_what, session, by, expected) => {
    for (const policy of SAME_VISITOR_POLICIES) {
      expect(met({ ...session, ...creating }, by, policy)).toBe(expected);
    }
  });
});

describe('a session that nobody has started', () => {
  const nameless = { ...NOBODY, conversationId: 'talk-a' };

  it.each<[string, Partial<Session>, Partial<Asker>, string]>([
    ['its visitor’s proof', { proved: true }, PROOF, 'again, grant-1'],
    ['an earlier token of it', {}, EARLIER, 'again, mine'],
    ['an earlier token of it, without any name', NOBODY, { ...NOBODY, ...EARLIER }, 'again, mine'],
    ['its conversation’s own id', {}, OWN, 'again, anew'],
    ['its conversation’s own id and no visitor', nameless, { ...nameless, ...OWN }, 'again, anew'],
    ['its conversation’s externalId', nameless, nameless, 'none'],
    ['an unknown id', nameless, { ...nameless, namedBy: 'unknown' }, 'none'],
    ['the same, from the same address', nameless, { ...nameless, ...HOME }, 'replace'],
    [
      'another one, from the same address',
      nameless,
      { ...NOBODY, conversationId: 'b', ...HOME },
      'none',
    ],
    ['no name, from the same address', NOBODY, { ...NOBODY, ...HOME }, 'none'],
    ['its names', {}, {}, 'replace'],
    [
      'an earlier token, for another conversation',
      {},
      { conversationId: 'b', ...EARLIER },
      'replace',
    ],
    [
      'an earlier token of another one',
      nameless,
      { ...nameless, earlier: { sessionId: 'b', grant: 'b' } },
      'none',
    ],
    ['proof, where it was opened without', {}, PROOF, 'replace'],
    ['proof and its own id, where it was opened without', {}, { ...PROOF, ...OWN }, 'replace'],
    ['its own id, where the media are given out', { openedAt: START }, OWN, 'replace'],
    [
      'its own id alone, where the media are given out',
      { ...nameless, openedAt: START },
      { ...nameless, ...OWN },
      'replace',
    ],
    ['names alone, where it was opened with proof', { proved: true }, {}, 'none'],
    ['its own id alone, where it was opened with proof', { proved: true }, OWN, 'none'],
    ['an earlier token alone, where it was opened with proof', { proved: true }, EARLIER, 'none'],
    [
      'the same address, where it was opened with proof',
      { ...nameless, proved: true },
      { ...nameless, ...HOME },
      'none',
    ],
    ['another visitor’s proof', { proved: true }, { ...PROOF, visitorId: 'bob' }, 'none'],
    ['another visitor’s proof and its own id', {}, { ...PROOF, ...OWN, visitorId: 'bob' }, 'none'],
  ])('met with %s', (_what, session, by, expected) => {
    for (const policy of SAME_VISITOR_POLICIES) {
      // Whoever only knew a name keeps nobody out who has proof.
      const isPassedBy = policy === 'refuse' && by.isProved && !session.proved;
      const wanted = isPassedBy ? 'none' : expected;
      expect(met({ state: 'created', ...session }, by, policy)).toBe(wanted);
    }
  });

  it('that was given up already is nobody’s', () => {
    const stop = { reason: 'replaced', at: START, attempts: 0 } as const;
    expect(met({ state: 'created', proved: true, stop }, PROOF)).toBe('none');
  });
});

describe('a session that runs', () => {
  it.each<
    [string, Partial<Session>, Partial<Asker>, join: string, replace: string, refuse: string]
  >([
    ['its visitor’s proof', { proved: true }, PROOF, 'again, grant-1', 'replace', 'refuse'],
    [
      'proof and no conversation',
      { proved: true },
      { ...PROOF, conversationId: null },
      'again, grant-1',
      'replace',
      'refuse',
    ],
    [
      'proof and another conversation',
      { proved: true },
      { ...PROOF, conversationId: 'b' },
      'replace',
      'replace',
      'refuse',
    ],
    ['names', {}, {}, 'replace', 'replace', 'refuse'],
    ['its own id', {}, OWN, 'replace', 'replace', 'refuse'],
    ['an earlier token', {}, EARLIER, 'replace', 'replace', 'refuse'],
    ['proof, where it was opened without', {}, PROOF, 'replace', 'replace', 'none'],
    ['names, where it was opened with proof', { proved: true }, {}, 'none', 'none', 'none'],
    [
      'everything but proof, where it was opened with it',
      { proved: true },
      { ...OWN, ...HOME, ...EARLIER },
      'none',
      'none',
      'none',
    ],
    [
      'another visitor’s proof',
      { proved: true },
      { ...PROOF, visitorId: 'bob' },
      'none',
      'none',
      'none',
    ],
    ['no visitor', NOBODY, { ...NOBODY, ...OWN, ...HOME }, 'none', 'none', 'none'],
  ])('met with %s', (_what, session, by, join, replace, refuse) => {
    for (const state of ['starting', 'active'] as const) {
      const found = SAME_VISITOR_POLICIES.map((policy) => met({ ...session, state }, by, policy));
      expect(found).toEqual([join, replace, refuse]);
    }
  });

  it('counts before one that was not started, and one with proof before one without', () => {
    const sessions = [
      live({ id: 'unstarted', state: 'created', conversationId: 'b' }),
      live({ id: 'running' }),
      live({ id: 'proved', proved: true, conversationId: 'c' }),
    ];
    const replaced = (by: Partial<Asker>) => meetSameVisitor(sessions, asker(by), 'replace');
    expect(replaced({})).toMatchObject({ kind: 'replace', session: { id: 'running' } });
    expect(replaced(PROOF)).toMatchObject({ kind: 'replace', session: { id: 'proved' } });
  });
});

describe('whatever else lives in the account', () => {
  const anyState = fc.constantFrom(...SESSION_STATES);
  const name = fc.constantFrom(null, 'ada', 'bob', 'talk-a', 'talk-b');
  const opener = fc.constantFrom(null, 'home', 'elsewhere');
  const sessions = fc.array(
    fc.record({
      state: anyState,
      proved: fc.boolean(),
      visitorId: name,
      conversationId: name,
      opener,
    }),
    { maxLength: 6 },
  );
  const askers = fc.record({
    conversationId: name,
    visitorId: name,
    isProved: fc.boolean(),
    namedBy: fc.constantFrom(...CONVERSATION_NAMINGS),
    opener,
    earlier: fc.constantFrom(null, { sessionId: 'session-0', grant: 'mine' }),
  });

  it('nobody without proof touches what was opened with it, nor shares a grant by a name', () => {
    const policies = fc.constantFrom(...SAME_VISITOR_POLICIES);
    fc.assert(
      fc.property(sessions, askers, policies, (records, asking, policy) => {
        const who = { ...asking, isProved: asking.isProved && asking.visitorId !== null };
        const all = records.map((record, index) =>
          live({
            ...record,
            proved: record.proved && record.visitorId !== null,
            id: `session-${index}`,
            grant: `grant-${index}`,
          }),
        );
        const found = meetSameVisitor(all, who, policy);
        if (found.kind === 'none' || found.kind === 'refuse') return;
        const { session } = found;
        expect(session.visitorId).toBe(who.visitorId);
        const states = found.kind === 'opening' ? ['creating'] : ['created', 'starting', 'active'];
        expect(states).toContain(session.state);
        if (session.proved) expect(who.isProved).toBe(true);
        if (found.kind !== 'again') return;
        const isOwnGrant = found.grant === session.grant;
        expect(isOwnGrant).toBe(session.proved);
      }),
      { numRuns: 2_000 },
    );
  });
});
