import type { AccountLimitsDto, SameVisitorPolicy } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { anOpening } from '../../../../test/support/opening.factory.js';
import {
  aSession,
  anAccount,
  at,
  START,
  TRACE_ID,
} from '../../../../test/support/session.factory.js';
import type { Left } from '../budgets/minutes.js';
import type { Look, MinutesService } from '../budgets/minutes.service.js';
import type { StartedSession } from '../budgets/spent.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import { AccountRoom, type Finding, type Refused } from './account-room.js';
import type { Session } from './domain/session.js';
import type { SlotRequest } from './slot-request.js';

const PLAIN = anAccount().limits;
const PER_VISITOR = { maxSessionsPerVisitorPerHour: 1 };
const PER_ADDRESS = { maxSessionsPerAddressPerHour: 1 };
const ann = { proved: true, visitorId: 'ann', opener: 'home' };

function aRoom(unstarted = '2', pausedFor: number | null = null): AccountRoom {
  const config = anAvatarConfig({ UNSTARTED_PER_ADDRESS: unstarted });
  const clock = { now: () => START } as DatabaseClock;
  return new AccountRoom(config, {} as MinutesService, clock, anOpening(pausedFor));
}

interface Asking {
  readonly limits?: Partial<AccountLimitsDto>;
  readonly sameVisitor?: SameVisitorPolicy;
  readonly visitorId?: string | null;
  readonly opener?: string | null;
}

function asking({ limits, sameVisitor = 'replace', visitorId = null, opener = null }: Asking) {
  const account = anAccount({ limits: { ...PLAIN, ...limits }, sameVisitor });
  const caller = { kind: 'customer', account, origin: null, opener, visitorToken: null };
  return {
    vendor: 'liveavatar',
    caller: { ...caller, earlier: null },
    request: {},
    standing: { visitorId, conversation: 'none' },
    idempotencyKey: null,
    traceId: TRACE_ID,
  } as unknown as SlotRequest;
}

function left(seconds: number): Left {
  return { seconds, period: 'day', endsAt: at(100.5) };
}

function look(seconds: number | null, ...started: StartedSession[]): Look {
  return { left: seconds === null ? null : left(seconds), started };
}

function running(id: string, second: number, more: Partial<Session> = {}): Session {
  return aSession({ id, state: 'active', startedAt: at(second), slot: 1, ...more });
}

function unstarted(id: string, second: number, more: Partial<Session> = {}): Session {
  const times = { createdAt: at(second), offeredAt: at(second) };
  return aSession({ id, state: 'created', opener: 'home', ...times, ...more });
}

function startedBy(whose: typeof ann, second: number): StartedSession {
  return { id: `s${second}`, startedAt: at(second), endedAt: at(0), billed: null, ...whose };
}

/** What was found, in a word or two. */
function told(found: Finding): string {
  if (found.kind === 'free') return `slot ${found.slot}`;
  if (found.kind === 'often') return `often ${found.starts.of}`;
  if (found.kind === 'replace') return `replace ${found.session.id}`;
  return found.kind;
}

describe('room for one more session', () => {
  const own = running('own', -600, { ...ann, slot: 0 });
  it.each<[string, Asking, Session[], Look | null, string]>([
    ['is a slot where nothing is limited', {}, [running('a', -600)], null, 'slot 0'],
    ['is a slot where enough is left', {}, [], look(30), 'slot 0'],
    ['is none with less than one begins with', {}, [], look(29), 'spent'],
    ['is none where it is promised to others', {}, [unstarted('a', 0)], look(59), 'spent'],
    ['is a slot beside what is promised', {}, [unstarted('a', 0, { slot: 0 })], look(60), 'slot 1'],
    ['is a slot where any minutes may be used', {}, [], look(null), 'slot 0'],
    [
      'is none for a visitor that has started as many as it may',
      { limits: PER_VISITOR, visitorId: 'ann' },
      [],
      look(null, startedBy(ann, -600)),
      'often visitor',
    ],
    [
      'is a slot for somebody else',
      { limits: PER_VISITOR, visitorId: 'bob' },
      [],
      look(null, startedBy(ann, -600)),
      'slot 0',
    ],
    [
      'is none for a visitor whose earlier one may still be started',
      { limits: PER_VISITOR, visitorId: 'ann', opener: 'office' },
      [running('a', -1, { ...ann, stop: { reason: 'operator', at: START, attempts: 0 } })],
      look(null),
      'often visitor',
    ],
    [
      'is none for an address that has',
      { limits: PER_ADDRESS, opener: 'home' },
      [],
      look(null, startedBy(ann, -600)),
      'often address',
    ],
    ['is that of the session it replaces', { visitorId: 'ann' }, [own], look(30), 'replace own'],
    [
      'is that of the session it replaces, in which all would be promised',
      { visitorId: 'ann' },
      [running('own', 0, ann)],
      look(30),
      'replace own',
    ],
    ['ends nothing for one that would not begin', { visitorId: 'ann' }, [own], look(29), 'spent'],
    [
      'is not asked for by a visitor that is given its own again',
      { visitorId: 'ann', sameVisitor: 'join' },
      [own],
      look(0),
      'again',
    ],
    [
      'is none where all slots are taken',
      { limits: { maxConcurrentSessions: 1 } },
      [own],
      null,
      'full',
    ],
    [
      'is none where too many of an address wait',
      { opener: 'home' },
      [unstarted('a', -5), unstarted('b', -9, { state: 'creating', slot: 1 })],
      null,
      'crowded',
    ],
    [
      'is a slot where they run, or are of another address',
      { opener: 'home' },
      [
        unstarted('a', -5),
        unstarted('b', -5, { opener: 'office', slot: 1 }),
        running('c', -600, { opener: 'home', slot: 2 }),
      ],
      null,
      'slot 3',
    ],
    ['is a slot for a server', {}, [unstarted('a', -5), unstarted('b', -9)], null, 'slot 1'],
  ])('%s', (_what, wanted, live, seen, found) => {
    expect(told(aRoom().find(asking(wanted), live, seen))).toBe(found);
  });

  it.each<[string, Asking, Session[], Look | null, string]>([
    ['is none of any account', {}, [], null, 'paused'],
    ['is none where minutes are used up as well', {}, [], look(0), 'paused'],
    [
      'is none in the place of one that runs, which goes on',
      { visitorId: 'ann' },
      [own],
      null,
      'paused',
    ],
    [
      'is not asked for by whoever is given its own again',
      { visitorId: 'ann', sameVisitor: 'join' },
      [own],
      null,
      'again',
    ],
    [
      'is not asked for by whoever may not have a second',
      { visitorId: 'ann', sameVisitor: 'refuse' },
      [own],
      null,
      'refuse',
    ],
  ])('while the opening is paused %s', (_what, wanted, live, seen, found) => {
    expect(told(aRoom('2', 60).find(asking(wanted), live, seen))).toBe(found);
  });

  it('is a slot for an address that may have any number', () => {
    const live = [unstarted('a', -5)];
    expect(told(aRoom('0').find(asking({ opener: 'home' }), live, null))).toBe('slot 1');
  });

  it('is there again where the first of those that wait is given up', () => {
    const live = [unstarted('a', -5), unstarted('b', -9, { slot: 1 }), unstarted('c', -7)];
    const { noShowSeconds } = anAvatarConfig().budgets;
    expect(aRoom().find(asking({ opener: 'home' }), live, null)).toEqual({
      kind: 'crowded',
      until: at(noShowSeconds - 9),
    });
  });
});

describe('the refusal of a session that there is no room for', () => {
  it.each<[Refused, string, number, Record<string, string>]>([
    [{ kind: 'full' }, 'account_full', 5, { count: '5' }],
    [{ kind: 'paused', seconds: 60 }, 'opening_paused', 60, {}],
    [{ kind: 'spent', left: left(0) }, 'minutes_used_up', 101, { period: 'day' }],
    [
      { kind: 'often', starts: { of: 'visitor', until: at(600) } },
      'rate_limited',
      600,
      { what: expect.stringContaining('by this visitor') as unknown as string },
    ],
    [
      { kind: 'often', starts: { of: 'address', until: at(0.2) } },
      'rate_limited',
      1,
      { what: expect.not.stringContaining('by this visitor') as unknown as string },
    ],
    [{ kind: 'crowded', until: at(90) }, 'rate_limited', 90, {}],
  ])('because of %j is %s, for %i s', (found, code, retryAfterSeconds, params) => {
    const refusal = aRoom().refusalOf(found, anAccount());
    expect(refusal).toMatchObject({ code, details: { retryAfterSeconds } });
    expect(refusal.details.params ?? {}).toMatchObject(params);
  });
});
