import { describe, expect, it } from '@jest/globals';
import { aSession, at } from '../../../../test/support/session.factory.js';
import { SESSION_STATES } from './domain/session-states.js';
import { toSessionView, toTranscriptView } from './session-view.mapper.js';

describe('a session as its owner sees it', () => {
  it('says where it stands', () => {
    const session = aSession({
      state: 'delivered',
      startedAt: at(5),
      endedAt: at(65),
      endReason: 'visitor_left',
    });
    expect(toSessionView(session, 12)).toEqual({
      session_id: 'vendor-1',
      conversation_id: 'conversation-1',
      state: 'delivered',
      created_at: '2026-03-01T12:00:00.000Z',
      started_at: '2026-03-01T12:00:05.000Z',
      ended_at: '2026-03-01T12:01:05.000Z',
      end_reason: 'visitor_left',
      turns: 12,
      delivery: 'delivered',
    });
  });

  it('says null for what has not happened', () => {
    expect(toSessionView(aSession({ conversationId: null }), 0)).toMatchObject({
      conversation_id: null,
      started_at: null,
      ended_at: null,
      end_reason: null,
    });
  });

  it('says where a transcript stands that named no conversation, as long as it knows', () => {
    const nobodys = { conversationId: null, state: 'delivered' } as const;
    expect(toSessionView(aSession(nobodys), 0).conversation_id).toBe('vendor-1');
    expect(toSessionView(aSession({ ...nobodys, purgedAt: at(9) }), 0).conversation_id).toBeNull();
    const waiting = { ...nobodys, state: 'final' } as const;
    expect(toSessionView(aSession(waiting), 0).conversation_id).toBeNull();
  });

  it.each(SESSION_STATES)('says whether its transcript has arrived: %s', (state) => {
    const expected = {
      stopped: 'waiting',
      final: 'waiting',
      delivered: 'delivered',
      parked: 'parked',
    };
    const { delivery } = toSessionView(aSession({ state }), 0);
    expect(delivery).toBe(expected[state as keyof typeof expected] ?? 'none');
  });

  it('shows no secret and nothing of our own bookkeeping', () => {
    const session = aSession({ vendorToken: 'sealed-token', media: 'sealed-media' });
    expect(Object.keys(toSessionView(session, 0)).sort()).toEqual([
      'conversation_id',
      'created_at',
      'delivery',
      'end_reason',
      'ended_at',
      'session_id',
      'started_at',
      'state',
      'turns',
    ]);
  });
});

describe('a transcript as its owner sees it', () => {
  const turn = {
    key: 'v/1',
    role: 'user',
    text: 'Hello',
    atMs: 1_760_000_010_250,
    sources: ['vendor'],
  } as const;

  it("has the vendor's form, with both times in seconds", () => {
    const transcript = { turns: [{ ...turn, sources: [...turn.sources] }], truncated: true };
    expect(toTranscriptView(aSession({ state: 'active' }), transcript)).toEqual({
      session_id: 'vendor-1',
      session_active: true,
      truncated: true,
      transcript_data: [
        {
          role: 'user',
          transcript: 'Hello',
          timestamp: 1_760_000_010.25,
          absolute_timestamp: 1_760_000_010.25,
        },
      ],
    });
  });

  it('is of an ended session when the session has ended', () => {
    const view = toTranscriptView(aSession({ state: 'stopped' }), { turns: [], truncated: false });
    expect(view).toMatchObject({ session_active: false, transcript_data: [] });
  });
});
