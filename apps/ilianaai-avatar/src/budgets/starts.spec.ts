import { describe, expect, it } from '@jest/globals';
import { aSession, at } from '../../../../test/support/session.factory.js';
import { later } from '../sessions/domain/session-timing.js';
import { limitsStarts, tooManyStarts } from './starts.js';
import type { StartedSession } from './spent.js';

const NOW = at(10_000);
const VISITOR = { maxSessionsPerVisitorPerHour: 2 };
const ADDRESS = { maxSessionsPerAddressPerHour: 3 };
const ann = { proved: true, visitorId: 'ann', opener: 'home' };
const bob = { proved: true, visitorId: 'bob', opener: 'home' };
const stranger = { proved: false, visitorId: 'ann', opener: 'home' };
const elsewhere = { proved: false, visitorId: null, opener: 'office' };

function started(
  whose: Pick<StartedSession, 'proved' | 'visitorId' | 'opener'>,
  ...seconds: number[]
) {
  return seconds.map((second): StartedSession => ({
    id: `s-${second}`,
    startedAt: at(second),
    endedAt: null,
    billed: null,
    ...whose,
  }));
}

describe('starts of one visitor or address', () => {
  const waiting = aSession({ ...ann, state: 'created', offeredAt: at(9_950) });
  const running = aSession({ ...ann, id: 's-9000', state: 'active', startedAt: at(9_000) });
  const old = aSession({ ...ann, state: 'active', startedAt: at(6_000) });
  const askAnn = { visitorId: 'ann', opener: 'home' };
  const askStranger = { visitorId: null, opener: 'home' };
  it.each<
    [
      string,
      Parameters<typeof tooManyStarts>[0],
      Parameters<typeof tooManyStarts>[1],
      StartedSession[],
      ReturnType<typeof aSession>[],
      ReturnType<typeof tooManyStarts>,
    ]
  >([
    ['are free where nothing is limited', {}, askAnn, started(ann, 7_000, 8_000, 9_000), [], null],
    ['are as many as may be', VISITOR, askAnn, started(ann, 9_000), [], null],
    [
      'are too many until the first is an hour old',
      VISITOR,
      askAnn,
      started(ann, 7_000, 9_000),
      [],
      { of: 'visitor', until: at(10_600) },
    ],
    [
      'of more than that many until enough are',
      VISITOR,
      askAnn,
      started(ann, 7_000, 8_000, 9_000),
      [],
      { of: 'visitor', until: at(11_600) },
    ],
    [
      'of more than an hour ago do not count',
      VISITOR,
      askAnn,
      started(ann, 6_400, 9_000),
      [],
      null,
    ],
    [
      'of a moment less than an hour ago do',
      VISITOR,
      askAnn,
      started(ann, 6_400.001, 9_000),
      [],
      { of: 'visitor', until: at(10_000.001) },
    ],
    [
      'count those that may still be started',
      VISITOR,
      askAnn,
      started(ann, 9_000),
      [waiting],
      { of: 'visitor', until: at(10_070) },
    ],
    ['count one that runs once', VISITOR, askAnn, started(ann, 9_000), [running], null],
    [
      'count one that was started between the two readings',
      VISITOR,
      askAnn,
      started(ann, 8_000),
      [running],
      { of: 'visitor', until: at(11_600) },
    ],
    ['do not count what has run for an hour', VISITOR, askAnn, started(ann, 9_000), [old], null],
    ['of somebody else do not count', VISITOR, askAnn, started(bob, 7_000, 8_000, 9_000), [], null],
    [
      'of somebody who only says so do not count',
      VISITOR,
      askAnn,
      started(stranger, 8_000, 9_000),
      [],
      null,
    ],
    [
      'without proof count by the address',
      VISITOR,
      askStranger,
      started(stranger, 7_000, 9_000),
      [],
      { of: 'address', until: at(10_600) },
    ],
    [
      'without proof have the limit of an address, where there is one',
      { ...VISITOR, ...ADDRESS },
      askStranger,
      started(stranger, 7_000, 9_000),
      [],
      null,
    ],
    [
      'without proof count for an hour less what they are old, until they go',
      VISITOR,
      askStranger,
      started(stranger, 9_000),
      [aSession({ ...stranger, state: 'created', offeredAt: at(9_000) })],
      { of: 'address', until: at(10_001) },
    ],
    [
      'with proof do not count for those without',
      VISITOR,
      askStranger,
      started(ann, 7_000, 9_000),
      [],
      null,
    ],
    [
      'of another address do not count',
      VISITOR,
      askStranger,
      started(elsewhere, 7_000, 9_000),
      [],
      null,
    ],
    [
      "of a customer's server have no address",
      VISITOR,
      { visitorId: null, opener: null },
      started({ ...stranger, opener: null }, 7_000, 9_000),
      [],
      null,
    ],
    [
      'of an address count whoever it is',
      ADDRESS,
      askAnn,
      [...started(ann, 7_000), ...started(bob, 8_000), ...started(stranger, 9_000)],
      [],
      { of: 'address', until: at(10_600) },
    ],
    [
      'of an address are free for a server',
      ADDRESS,
      { visitorId: 'ann', opener: null },
      started(ann, 7_000, 8_000, 9_000),
      [],
      null,
    ],
    [
      'of an address are not those of servers, which have none',
      ADDRESS,
      { visitorId: 'ann', opener: null },
      started({ ...ann, opener: null }, 7_000, 8_000, 9_000),
      [],
      null,
    ],
    [
      'name the visitor first',
      { ...VISITOR, ...ADDRESS },
      askAnn,
      started(ann, 7_000, 8_000, 9_000),
      [],
      { of: 'visitor', until: at(11_600) },
    ],
    [
      'are free with a limit that is none',
      { maxSessionsPerVisitorPerHour: null, maxSessionsPerAddressPerHour: null },
      askAnn,
      started(ann, 7_000, 8_000, 9_000),
      [],
      null,
    ],
  ])('%s', (_what, limits, starter, sessions, live, found) => {
    expect(
      tooManyStarts(limits, starter, sessions, live, NOW, ({ offeredAt }) => later(offeredAt, 120)),
    ).toEqual(found);
    expect(limitsStarts(limits)).toBe(
      limits === VISITOR ||
        limits === ADDRESS ||
        Object.values(limits).some((most) => most !== null),
    );
  });
});
