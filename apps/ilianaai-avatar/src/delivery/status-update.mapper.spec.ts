import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { CONVERSATION_STATUSES, END_REASONS, StatusUpdateDto } from '#contracts';
import { aSession, at, TRACE_ID } from '../../../../test/support/session.factory.js';
import { refusedMembers } from '../../../../test/support/refused-members.js';
import type { Session } from '../sessions/domain/session.js';
import { atOnce } from '../turns/merge/steps.js';
import type { MergedTurn } from '../turns/merge/merge-sources.js';
import {
  contentHash,
  conversationOf,
  toFinalUpdate,
  toLinkUpdate,
} from './status-update.mapper.js';

const delivery = { ...aSession().delivery, version: 2 };

const ended = (more: Partial<Session> = {}) =>
  aSession({
    state: 'final',
    startedAt: at(10),
    endedAt: at(70.5),
    endReason: 'visitor_left',
    delivery,
    ...more,
  });

const turn = (text: string, atMs = 1_760_000_010_250): MergedTurn => ({
  key: `key of ${text}`,
  role: 'user',
  text,
  atMs,
  sources: ['vendor', 'client'],
});

const nothing = { turns: [], truncated: false };

describe('what Petya is told at the start of a session', () => {
  it('links session, account and conversation and says nothing of what is said', () => {
    const session = aSession({ state: 'active', delivery: { ...delivery, version: 1 } });
    expect(toLinkUpdate(session)).toEqual({
      sessionId: 'vendor-1',
      accountId: 'acc-1',
      traceId: TRACE_ID,
      version: 1,
      status: 'active',
      transcript: [],
    });
    expect(refusedMembers(StatusUpdateDto, toLinkUpdate(session))).toEqual([]);
  });

  it.each([true, false])('names its visitor, and says whether there was proof: %s', (proved) => {
    const update = toLinkUpdate(aSession({ state: 'active', visitorId: 'ada', proved, delivery }));
    expect(update).toMatchObject({ visitorId: 'ada', proved });
    expect(refusedMembers(StatusUpdateDto, update)).toEqual([]);
  });
});

describe('what Petya is told of a session that has ended', () => {
  it('names no trace where the record has none', () => {
    const { traceId: _traceId, ...fromBefore } = aSession({ state: 'active' });
    for (const session of [fromBefore, aSession({ state: 'active', traceId: null })]) {
      expect(toLinkUpdate(session)).not.toHaveProperty('traceId');
    }
  });

  it('is every word in order, with both times in seconds, and why and how long', () => {
    const transcript = {
      turns: [turn('Hello'), turn('there', 1_760_000_011_000)],
      truncated: true,
    };
    const session = ended({ transcript: { ...aSession().transcript, complete: true } });
    expect(toFinalUpdate(session, transcript)).toEqual({
      sessionId: 'vendor-1',
      accountId: 'acc-1',
      traceId: TRACE_ID,
      version: 2,
      status: 'completed',
      transcript: [
        {
          role: 'user',
          transcript: 'Hello',
          timestamp: 1_760_000_010.25,
          absolute_timestamp: 1_760_000_010.25,
        },
        {
          role: 'user',
          transcript: 'there',
          timestamp: 1_760_000_011,
          absolute_timestamp: 1_760_000_011,
        },
      ],
      endReason: 'visitor_left',
      durationSeconds: 60.5,
      startedAt: at(10).getTime() / 1000,
      truncated: true,
      complete: true,
    });
  });

  it.each<[Session['billed'], object]>([
    [
      { seconds: 61, credits: 4, source: 'vendor' },
      { billedSeconds: 61, credits: 4 },
    ],
    [{ seconds: 61, credits: null, source: 'own' }, { billedSeconds: 61 }],
    [
      { seconds: 0, credits: 0, source: 'vendor' },
      { billedSeconds: 0, credits: 0 },
    ],
    [null, {}],
    [undefined, {}],
  ])('tells what it has cost: %j', (billed, cost) => {
    const { billedSeconds, credits, ...others } = toFinalUpdate(
      ended(billed === undefined ? {} : { billed }),
      nothing,
    );
    const told = { billedSeconds, credits };
    expect(JSON.parse(JSON.stringify(told))).toEqual(cost);
    expect(refusedMembers(StatusUpdateDto, { ...others, ...cost })).toEqual([]);
  });

  it('is taken by the status route, whatever was said', () => {
    const texts = ['', '\u0000\u001b[31m', '{"$ne":null}', '😀'.repeat(8_192)];
    const update = toFinalUpdate(ended(), {
      turns: texts.map((text) => turn(text)),
      truncated: false,
    });
    expect(refusedMembers(StatusUpdateDto, update)).toEqual([]);
  });

  it.each(END_REASONS)(
    'is of a completed conversation when it ended by %s with words',
    (endReason) => {
      const update = toFinalUpdate(ended({ endReason }), { turns: [turn('Hi')], truncated: false });
      expect(update).toMatchObject({ status: 'completed', endReason });
    },
  );

  it.each(END_REASONS)('is of a failed one without words only by the vendor: %s', (endReason) => {
    const { status } = toFinalUpdate(ended({ endReason }), nothing);
    expect(status).toBe(endReason === 'vendor_fault' ? 'failed' : 'completed');
    expect(CONVERSATION_STATUSES).toContain(status);
  });

  it('lasted no time where it never ran, and never less', () => {
    expect(toFinalUpdate(ended({ startedAt: null }), nothing).durationSeconds).toBe(0);
    expect(toFinalUpdate(ended({ endedAt: null }), nothing).durationSeconds).toBe(0);
    expect(toFinalUpdate(ended({ startedAt: at(99) }), nothing).durationSeconds).toBe(0);
  });

  it('names no reason where there is none', () => {
    expect(toFinalUpdate(ended({ endReason: null }), nothing)).not.toHaveProperty('endReason');
  });
});

describe('the conversation of a session', () => {
  it('is the one it was opened for, else one of its own', () => {
    expect(conversationOf(ended())).toBe('conversation-1');
    expect(conversationOf(ended({ conversationId: null }))).toBe('vendor-1');
  });

  it('cannot be told of a session that the vendor never had', () => {
    const session = ended({ conversationId: null, vendorSessionId: null });
    expect(() => conversationOf(session)).toThrow();
    expect(() => toLinkUpdate(session)).toThrow();
  });
});

describe('the hash of what is delivered', () => {
  const hash = (session: Session, ...turns: MergedTurn[]) =>
    atOnce(contentHash(toFinalUpdate(session, { turns, truncated: false })));

  it('is the same for the same content under another version', () => {
    const later = ended({ delivery: { ...delivery, version: 9, attempts: 4 } });
    expect(hash(later, turn('Hi'))).toBe(hash(ended(), turn('Hi')));
    expect(hash(ended(), turn('Hi'))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another for every other content', () => {
    const hashes = [
      hash(ended()),
      hash(ended(), turn('Hi')),
      hash(ended(), turn('Hi!')),
      hash(ended(), turn('Hi', 1)),
      hash(ended(), { ...turn('Hi'), role: 'avatar' }),
      hash(ended(), turn('Hi'), turn('Hi')),
      hash(ended({ endReason: 'idle' }), turn('Hi')),
      hash(ended({ endedAt: at(71) }), turn('Hi')),
      hash(ended({ transcript: { ...aSession().transcript, complete: true } }), turn('Hi')),
      atOnce(contentHash(toFinalUpdate(ended(), { turns: [turn('Hi')], truncated: true }))),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('does not depend on who saw a turn, which Petya is not told', () => {
    const seen: MergedTurn = { ...turn('Hi'), key: 'other', sources: ['client'] };
    expect(hash(ended(), seen)).toBe(hash(ended(), turn('Hi')));
  });

  it.each([
    ['nothing', []],
    ['one turn', [turn('Hi')]],
    ['several turns', [turn('Hi'), turn('"quoted"\n\u2028', 1), turn('😀 \ud83d', 2)]],
  ])('is that of its JSON, which records hold already: of %s', (_what, turns) => {
    const { version: _version, ...content } = toFinalUpdate(ended(), { turns, truncated: false });
    const ofJson = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    expect(hash(ended(), ...turns)).toBe(ofJson);
  });

  it('leaves out members that are not there, as JSON does', () => {
    const update: StatusUpdateDto = { ...toLinkUpdate(ended()), endReason: undefined };
    const { version: _version, ...content } = update;
    const ofJson = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    expect(atOnce(contentHash(update))).toBe(ofJson);
  });
});
