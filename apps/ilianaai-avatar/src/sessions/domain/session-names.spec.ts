import { describe, expect, it } from '@jest/globals';
import { aSession, TRACE_ID } from '../../../../../test/support/session.factory.js';
import type { Session } from './session.js';
import { sessionNames } from './session-names.js';

const OURS = { recordId: 'session-1', accountId: 'acc-1' };
const THEIRS = { sessionId: 'vendor-1', conversationId: 'conversation-1' };

describe('what the log calls a session', () => {
  it.each<[string, Partial<Session>, object]>([
    ['one with everything', { namedBy: 'own' }, { ...OURS, ...THEIRS, traceId: TRACE_ID }],
    [
      'one that no vendor knows yet, of no conversation',
      { vendorSessionId: null, conversationId: null, namedBy: 'none' },
      { ...OURS, traceId: TRACE_ID },
    ],
    [
      'one that nobody looks for any more',
      { traceId: null, namedBy: 'own' },
      { ...OURS, ...THEIRS },
    ],
    ...(['external', 'unknown'] as const).map((namedBy): [string, Partial<Session>, object] => [
      `one of a conversation that its customer has named, ${namedBy} to Petya`,
      { conversationId: 'order-of-ada', namedBy },
      { ...OURS, sessionId: 'vendor-1', traceId: TRACE_ID },
    ]),
  ])('%s', (_what, more, names) => {
    expect(sessionNames(aSession(more))).toEqual(names);
  });

  it('is no trace where its record is from before there were any', () => {
    const { traceId: _none, ...session } = aSession({ namedBy: 'own' });
    expect(sessionNames(session)).toEqual({ ...OURS, ...THEIRS });
  });
});
