import { describe, expect, it } from '@jest/globals';
import { SAME_VISITOR_POLICIES } from '#contracts';
import { aSession } from '../../../../test/support/session.factory.js';
import { meetSameVisitor } from './same-visitor.js';
import { SESSION_STATES } from '../session-record/session-states.js';
import type { Session } from '../session-record/session.js';

const A = { conversationId: 'talk-a', visitorId: 'ada' };
const ask = (conversation_id: string | null, visitor_id: string | null) => ({
  conversation_id,
  visitor_id,
});

const live = (more: Partial<Session>) => aSession({ id: 'found', state: 'active', ...more });

describe('a token request that meets no session of its own', () => {
  it.each([
    ['nothing runs', []],
    ['another visitor talks', [live({ conversationId: 'talk-b', visitorId: 'bob' })]],
    ['an unknown visitor talks in the same conversation', [live({ ...A, visitorId: null })]],
    [
      'another visitor has an unstarted session of the same conversation',
      [live({ ...A, visitorId: 'bob', state: 'created' })],
    ],
    ['its session is still being created', [live({ ...A, state: 'creating' })]],
    ['its session is being stopped', [live({ ...A, state: 'stopping' })]],
  ] as const)('opens a new one: %s', (_what, sessions) => {
    for (const policy of SAME_VISITOR_POLICIES) {
      expect(meetSameVisitor(sessions, ask('talk-a', 'ada'), policy)).toEqual({ kind: 'none' });
    }
  });

  it('opens a new one where neither side says who it is', () => {
    const nobody = { conversationId: null, visitorId: null };
    for (const state of SESSION_STATES) {
      for (const policy of SAME_VISITOR_POLICIES) {
        expect(meetSameVisitor([live({ ...nobody, state })], {}, policy)).toEqual({ kind: 'none' });
      }
    }
  });
});

describe('a reload before the start', () => {
  it.each(SAME_VISITOR_POLICIES)('gets the same session again, also with policy %s', (policy) => {
    for (const visitorId of [null, 'ada']) {
      const session = live({ ...A, visitorId, state: 'created' });
      expect(meetSameVisitor([session], ask('talk-a', visitorId), policy)).toEqual({
        kind: 'reuse',
        session,
      });
    }
  });

  it('gets the unstarted session, not the one that runs', () => {
    const running = live({ ...A, id: 'running' });
    const unstarted = live({ ...A, id: 'unstarted', state: 'created' });
    expect(meetSameVisitor([running, unstarted], ask('talk-a', 'ada'), 'refuse')).toEqual({
      kind: 'reuse',
      session: unstarted,
    });
  });
});

describe('a visitor who has a session already', () => {
  it.each([
    ['join', 'talk-a', 'reuse'],
    ['join', null, 'reuse'],
    ['join', 'talk-b', 'replace'],
    ['replace', 'talk-a', 'replace'],
    ['replace', null, 'replace'],
    ['refuse', 'talk-a', 'refuse'],
    ['refuse', 'talk-b', 'refuse'],
  ] as const)('and asks with policy %s for conversation %s: %s', (policy, conversation, kind) => {
    const session = live(A);
    expect(meetSameVisitor([session], ask(conversation, 'ada'), policy)).toEqual(
      kind === 'refuse' ? { kind } : { kind, session },
    );
  });

  it.each(['created', 'starting', 'active'] as const)('counts while it is %s', (state) => {
    const session = live({ conversationId: null, visitorId: 'ada', state });
    expect(meetSameVisitor([session], ask(null, 'ada'), 'replace')).toEqual({
      kind: 'replace',
      session,
    });
  });
});
