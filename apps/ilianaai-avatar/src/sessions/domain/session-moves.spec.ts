import { describe, expect, it } from '@jest/globals';
import { END_REASONS, type EndReason } from '#contracts';
import { aSession, at, someBudgets } from '../../../../../test/support/session.factory.js';
import {
  abandon,
  activate,
  beginStop,
  end,
  fail,
  forget,
  giveUp,
  keptAlive,
  markErased,
  markLeft,
  nextVersion,
  requestStop,
  markSeen,
  takeLease,
  wishToStop,
} from './session-moves.js';
import { canMove, isLive, SESSION_STATES, type SessionState } from './session-states.js';
import { endDueAt } from './session-timing.js';
import type { Session, SessionPatch } from './session.js';

const request = { owner: 'replica-1', seconds: 15 };
const lease = { owner: 'other', lane: 'outbox', epoch: 7, until: at(3) } as const;
const held = {
  lease,
  vendorToken: 'sealed-token',
  media: 'sealed-media',
  slot: 2,
} as const satisfies Partial<Session>;

const inState = (state: SessionState, more: Partial<Session> = {}) =>
  aSession({ ...held, state, ...more });

/** The lease that `request` has after a move at second 20. */
const taken = { owner: 'replica-1', lane: 'end', epoch: 8, until: at(35) } as const;
const released = { slot: null, vendorToken: null, media: null };
const VISITOR = { reason: 'visitor_ended', by: 'visitor' } as const;
const wish = { ...VISITOR, at: at(20), attempts: 0 } as const;

const stopped = (session: Session) => requestStop(session, VISITOR, at(20), request);

describe('the wish to end a session', () => {
  it.each(['creating', 'created'] as const)('ends one that is %s at once, unbilled', (state) => {
    expect(stopped(inState(state))).toEqual({
      ...released,
      state: 'failed',
      endReason: 'visitor_ended',
      endedAt: at(20),
      stop: wish,
    });
  });

  it('stops one at the vendor that creating has opened there', () => {
    expect(stopped(inState('created', { openedAt: at(1) }))).toEqual({
      state: 'stopping',
      lease: taken,
      nextStopAt: null,
      stop: wish,
    });
  });

  it('is written down while the vendor starts it, and nothing else changes', () => {
    expect(stopped(inState('starting'))).toEqual({ stop: wish });
  });

  it('stops one that runs and takes its lease from whoever has it', () => {
    expect(stopped(inState('active', { nextStopAt: at(99) }))).toEqual({
      state: 'stopping',
      lease: taken,
      nextStopAt: null,
      stop: wish,
    });
  });

  it.each(['stopping', 'stopped', 'final', 'delivered', 'failed', 'parked'] as const)(
    'changes nothing in one that is %s',
    (state) => {
      expect(stopped(inState(state))).toBeNull();
    },
  );

  const first = { reason: 'operator', by: 'operator', at: at(5), attempts: 3 } as const;
  const again = { state: 'stopping', lease: taken, nextStopAt: null } as const;
  const ending = { ...lease, lane: 'end' } as const;

  it.each<[string, SessionState, Session['lease'], SessionPatch | null]>([
    ['runs', 'active', { ...ending, until: at(30) }, again],
    ['is stopping, held by nobody', 'stopping', { ...ending, owner: null }, again],
    ['is stopping, in hands that have let go of it', 'stopping', ending, again],
    ['is stopping and being delivered', 'stopping', { ...lease, until: at(30) }, again],
    ['is stopping in other hands', 'stopping', { ...ending, until: at(30) }, null],
    [
      'is stopping and left behind by whoever asks',
      'stopping',
      { ...ending, owner: request.owner, until: at(30) },
      again,
    ],
  ])('is taken up again, in the words of the first, where one %s', (_what, state, held, patch) => {
    expect(stopped(inState(state, { stop: first, lease: held }))).toEqual(patch);
  });

  it('changes nothing where another wish came first and one neither runs nor is stopping', () => {
    for (const state of SESSION_STATES) {
      if (state === 'active' || state === 'stopping') continue;
      expect(stopped(inState(state, { stop: first }))).toBeNull();
    }
  });

  it('moves only where a session may go, for whatever reason', () => {
    for (const state of SESSION_STATES) {
      for (const reason of END_REASONS) {
        // Creating opens a session only together with the move to `created`.
        for (const openedAt of state === 'creating' ? [null] : [null, at(1)]) {
          const from = inState(state, { openedAt });
          const patch = requestStop(from, { reason, by: 'operator' }, at(20), request);
          expect(!patch?.state || canMove(state, patch.state)).toBe(true);
          if (patch) expect(patch.stop).toMatchObject({ reason, by: 'operator' });
        }
      }
    }
  });
});

describe('the wish to end one of many', () => {
  const wished = (session: Session) => wishToStop(session, VISITOR, at(20));

  it.each(['creating', 'created'] as const)('ends one that is %s, unbilled', (state) => {
    expect(wished(inState(state))).toEqual(stopped(inState(state)));
  });

  it('leaves one to the worker that creating has opened at the vendor', () => {
    const session = inState('created', { openedAt: at(1) });
    expect(wished(session)).toEqual({ state: 'stopping', stop: wish });
  });

  it.each(['starting', 'active', 'stopping'] as const)(
    'is written down and nothing else, whoever holds it: %s',
    (state) => {
      expect(wished(inState(state))).toEqual({ stop: wish });
    },
  );

  it.each(SESSION_STATES)('renames no wish that was first: %s', (state) => {
    const first = { reason: 'operator', by: 'operator', at: at(5), attempts: 3 } as const;
    expect(wished(inState(state, { stop: first }))).toBeNull();
  });

  it.each(SESSION_STATES.filter((state) => !isLive(state)))(
    'is none of what is over: %s',
    (state) => {
      expect(wished(inState(state))).toBeNull();
    },
  );

  it.each(['creating', 'created', 'starting', 'active', 'stopping'] as const)(
    'has it found by whoever ends sessions: %s',
    (state) => {
      const budgets = someBudgets();
      const before = inState(state, { openedAt: at(1), startedAt: at(2), nextPollAt: at(90) });
      const after = { ...before, ...wished(before) };
      const dueAt = endDueAt(after, budgets);
      // Whoever starts it ends it when the vendor has answered.
      if (state === 'starting') expect(dueAt).toEqual(before.lease.until);
      else expect(dueAt).toEqual(at(20));
    },
  );
});

describe('giving up a session that was not started', () => {
  it('keeps the reason of the first wish', () => {
    const session = inState('starting', { stop: wish });
    expect(giveUp(session, { reason: 'vendor_fault', by: 'vendor' }, at(30))).toMatchObject({
      state: 'failed',
      endReason: 'visitor_ended',
      stop: wish,
    });
  });

  it('leaves what the vendor has open to the worker when nobody takes the lease', () => {
    const session = inState('created', { openedAt: at(1) });
    expect(giveUp(session, { reason: 'no_show', by: 'gateway' }, at(120))).toEqual({
      state: 'stopping',
      stop: { reason: 'no_show', by: 'gateway', at: at(120), attempts: 0 },
    });
  });
});

describe('the wish to erase a session', () => {
  const order = { reason: 'operator', by: 'erasure', at: at(20), attempts: 0 } as const;
  const erased = { erasedAt: at(20), erasure: { isForgotten: false, failures: 0, nextAt: at(20) } };

  it.each(['creating', 'created'] as const)('ends one that is %s', (state) => {
    expect(markErased(inState(state), at(20))).toMatchObject({
      ...erased,
      state: 'failed',
      stop: order,
    });
  });

  it.each(['starting', 'active', 'stopping'] as const)('is one to end it, too: %s', (state) => {
    expect(markErased(inState(state), at(20))).toEqual({ ...erased, stop: order });
  });

  it.each(['starting', 'active', 'stopping'] as const)(
    'renames no wish that was first: %s',
    (state) => {
      expect(markErased(inState(state, { stop: wish }), at(20))).toEqual(erased);
    },
  );

  it('ends nothing that is over, and nothing twice', () => {
    expect(markErased(inState('stopped'), at(20))).toEqual(erased);
    expect(markErased(inState('active', { erasedAt: at(1) }), at(20))).toBeNull();
  });
});

describe('the end of a session', () => {
  const session = inState('stopping', {
    leftAt: at(12),
    heartbeat: { at: at(10), withinSeconds: 15 },
    nextPollAt: at(40),
    nextStopAt: at(21),
    transcript: { ...aSession().transcript, cursor: 9, failures: 3, lastDigest: 'abc' },
  });

  it('frees its slot, erases its secrets and has its transcript read from the beginning', () => {
    expect(end('idle', at(25))(session)).toEqual({
      ...released,
      state: 'stopped',
      endReason: 'idle',
      endedAt: at(25),
      leftAt: null,
      heartbeat: null,
      nextPollAt: null,
      nextStopAt: null,
      transcript: {
        ...session.transcript,
        cursor: null,
        failures: 0,
        nextReadAt: at(25),
        noticedAt: at(25),
      },
    });
  });

  it('is when the vendor says, where it says so', () => {
    expect(end('idle', at(25), at(22))(session).endedAt).toEqual(at(22));
  });

  it.each<[EndReason, boolean | undefined, EndReason]>([
    ['max_duration', undefined, 'max_duration'],
    ['max_duration', true, 'minutes_used_up'],
    ['idle', true, 'idle'],
    ['visitor_ended', undefined, 'visitor_ended'],
  ])(
    'by %s, where its longest time was what was left of the minutes (%p), is told as %s',
    (reason, endsWithMinutes, told) => {
      const config = { ...session.config, ...(endsWithMinutes ? { endsWithMinutes } : {}) };
      expect(end(reason, at(25))({ ...session, config }).endReason).toBe(told);
    },
  );

  it('of one that was never billed frees the slot too', () => {
    expect(fail('no_show', at(120))).toEqual({
      ...released,
      state: 'failed',
      endReason: 'no_show',
      endedAt: at(120),
    });
  });
});

describe('the start of a session', () => {
  const starting = inState('starting');
  const begun = (session: Session, maxSessionSeconds: number | null = null) =>
    activate(session, { maxSessionSeconds }, 'new-media', at(20), at(50));

  it.each([
    [null, true],
    [1200, true],
    [7200, true],
    [1199, undefined],
  ])('with what is left of the minutes (1200 s), of which the vendor allows %p', (vendor, isBy) => {
    const config = { ...starting.config, endsWithMinutes: true } as const;
    expect(begun({ ...starting, config }, vendor).config?.endsWithMinutes).toBe(isBy);
  });

  it('erases the vendor token, keeps what the browser needs, and tells Petya', () => {
    expect(begun(starting)).toEqual({
      state: 'active',
      startedAt: at(20),
      seenAt: at(20),
      keptAliveAt: at(20),
      nextPollAt: at(50),
      vendorToken: null,
      media: 'new-media',
      config: starting.config,
      delivery: { ...starting.delivery, version: 1, nextAttemptAt: at(20) },
    });
  });

  it.each([
    [5, 6],
    [1, 30],
  ])('of an account with limited minutes and %i slots is looked at in %i s', (slots, seconds) => {
    const caps = { perDay: 900, perMonth: null, timeZone: 'UTC', slots, warnAtPercent: 80 };
    const session = { ...starting, config: { ...starting.config, caps } };
    expect(begun(session).nextCountAt).toEqual(at(20 + seconds));
  });

  it.each([
    [null, 1200],
    [60, 60],
    [7200, 1200],
  ])('lasts at most what the vendor (%p) and the account (1200) allow: %i', (vendor, seconds) => {
    expect(begun(starting, vendor).config?.maxSessionSeconds).toBe(seconds);
  });

  it('goes on to stopping where somebody wants to end it, and tells Petya nothing yet', () => {
    const patch = begun({ ...starting, stop: wish });
    expect(patch).toMatchObject({ state: 'stopping', startedAt: at(20), vendorToken: null });
    expect(patch).not.toHaveProperty('delivery');
    expect(patch).not.toHaveProperty('stop');
  });
});

describe('a lease that is taken', () => {
  it('has the next epoch, so that the holder before can write nothing', () => {
    expect(takeLease(inState('active'), at(20), request)).toEqual(taken);
  });

  it('comes with the beginning of a stop', () => {
    expect(beginStop(inState('active'), at(20), request)).toEqual({
      state: 'stopping',
      lease: taken,
      nextStopAt: null,
    });
  });
});

describe('the visitor of a session', () => {
  const heartbeat = { at: at(10), withinSeconds: 15 };

  it.each(SESSION_STATES)('that leaves changes one that is %s only while it runs', (state) => {
    const runs = state === 'active' || state === 'starting';
    expect(markLeft(inState(state), at(20))).toEqual(runs ? { leftAt: at(20) } : null);
  });

  it('leaves once: a second goodbye does not prolong the grace', () => {
    expect(markLeft(inState('active', { leftAt: at(12) }), at(20))).toBeNull();
  });

  it('that is seen again has not left, and its promise counts from now', () => {
    const session = inState('active', { leftAt: at(12), heartbeat });
    expect(markSeen(session, at(20))).toEqual({
      seenAt: at(20),
      leftAt: null,
      heartbeat: { at: at(20), withinSeconds: 15 },
    });
    expect(markSeen(inState('active'), at(20)).heartbeat).toBeNull();
  });

  it('that leaves just after a sign of it has left, however late the sign is recorded', () => {
    const session = inState('active', { leftAt: at(12), heartbeat });
    expect(markSeen(session, at(11))).toEqual({
      seenAt: at(11),
      leftAt: at(12),
      heartbeat: { at: at(11), withinSeconds: 15 },
    });
  });

  it('keeps its session alive with a new promise, or with the one it made', () => {
    const session = inState('active', { leftAt: at(12), heartbeat });
    expect(keptAlive(session, at(20), 60)).toEqual({
      seenAt: at(20),
      leftAt: null,
      heartbeat: { at: at(20), withinSeconds: 60 },
      pulse: null,
    });
    expect(keptAlive(session, at(20)).heartbeat).toEqual({ at: at(20), withinSeconds: 15 });
    expect(keptAlive(inState('active'), at(20)).heartbeat).toBeNull();
  });

  it('moves no session to another state by being there', () => {
    for (const state of SESSION_STATES) {
      for (const patch of [
        markSeen(inState(state), at(20)),
        keptAlive(inState(state), at(20), 5),
      ]) {
        expect(['heartbeat', 'leftAt', 'pulse', 'seenAt']).toEqual(
          expect.arrayContaining(Object.keys(patch)),
        );
      }
    }
  });
});

describe('a session whose starter may not know that it runs', () => {
  const running = { startedBy: 'grant-1', leftAt: null, heartbeat: null, socketId: null } as const;

  it.each<[string, Partial<Session>, Date | null]>([
    ['counts as left', {}, at(20)],
    ['counts as left since it was known to be', { leftAt: at(15) }, null],
    ['goes on where somebody else has started it', { startedBy: 'grant-2' }, null],
    ['goes on where heartbeats are promised', { heartbeat: { at: at(1), withinSeconds: 5 } }, null],
    ['goes on where its visitor has a socket', { socketId: 'socket-1' }, null],
    ['has nothing to be left where it has ended', { state: 'stopped' }, null],
  ])('%s', (_what, more, leftAt) => {
    const session = inState('active', { ...running, ...more });
    expect(abandon(session, 'grant-1', at(20))).toEqual(leftAt && { leftAt });
  });
});

describe('new content for Petya', () => {
  it('is the next version, due at once, with a clean record of attempts', () => {
    const delivery = {
      version: 3,
      deliveredVersion: 2,
      hash: 'old',
      attempts: 9,
      firstAttemptAt: at(1),
      nextAttemptAt: at(500),
      lastError: 'status 503',
      deliveredAt: at(2),
    };
    expect(nextVersion(inState('final', { delivery }), 'new', at(20))).toEqual({
      delivery: {
        version: 4,
        deliveredVersion: 2,
        hash: 'new',
        attempts: 0,
        firstAttemptAt: null,
        nextAttemptAt: at(20),
        lastError: null,
        deliveredAt: at(2),
      },
    });
  });
});

describe('a session that is over for long enough', () => {
  const session = aSession({
    state: 'delivered',
    visitorId: 'ada',
    opener: 'digest',
    idempotencyKey: 'key',
    idempotencyHash: 'hash',
    media: 'sealed',
    vendorToken: 'sealed',
  });

  it('names nobody, and says what is billed', () => {
    const { id, accountId, vendorSessionId, createdAt, startedAt, endReason, state } = session;
    const after = { ...session, ...forget(session) };
    expect(after).toMatchObject({ id, accountId, vendorSessionId, createdAt, startedAt, state });
    expect(after).toMatchObject({
      endReason,
      visitorId: null,
      conversationId: null,
      origin: null,
      opener: null,
      idempotencyKey: null,
      idempotencyHash: null,
      traceId: null,
      heartbeat: null,
      media: null,
      vendorToken: null,
      config: { intro: '' },
      delivery: { hash: null },
      transcript: { lastDigest: null },
    });
  });

  it('keeps visitor and conversation where Petya was told of no visitor', () => {
    const after = { ...session, ...forget({ ...session, grant: session.id }) };
    const { conversationId } = session;
    expect(after).toMatchObject({ visitorId: 'ada', conversationId, origin: null, opener: null });
  });
});
