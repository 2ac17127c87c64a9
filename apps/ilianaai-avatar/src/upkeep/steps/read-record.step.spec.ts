import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../../test/support/avatar-config.factory.js';
import { aSession, at } from '../../../../../test/support/session.factory.js';
import type { Billed } from '../../sessions/domain/billed.js';
import type { Session } from '../../sessions/domain/session.js';
import type { VendorRecord } from '../../vendors/vendor.js';
import { ReadRecordStep } from './read-record.step.js';

/** What the vendor says of a session that is over. */
function over(billed: Extract<VendorRecord, { state: 'ended' }>['billed']): VendorRecord {
  return { state: 'ended', endReason: 'visitor_ended', endedAt: null, billed };
}

/** A close whose first write finds the record changed; then it stands as `found`. */
async function close(held: Session, found: Session) {
  const writtenAt: number[] = [];
  const sessions = {
    writeAsReadAndRelease: ({ rev }: Session) => {
      writtenAt.push(rev);
      return Promise.resolve(rev === held.rev ? null : found);
    },
    find: () => Promise.resolve(found),
  };
  const reader = {
    read: () => Promise.resolve({ isLive: false, cursor: null, digest: 'd' }),
    inspect: () => Promise.resolve(over({ seconds: 90, credits: 4 })),
  };
  const deliveries = { hashOf: () => Promise.resolve({ hash: 'h', truncated: false, gone: [] }) };
  const clock = { now: () => at(100) };
  const step = new ReadRecordStep(
    ...([sessions, reader, deliveries, clock, anAvatarConfig()] as unknown as ConstructorParameters<
      typeof ReadRecordStep
    >),
  );
  return { after: await step.run(held), writtenAt };
}

describe('a close whose record was changed meanwhile', () => {
  const lease = { owner: 'one', lane: 'life', epoch: 3, until: at(120) } as const;
  const held = aSession({ state: 'final', endedAt: at(10), rev: 7, lease });

  it('is made again where the lease still stands', async () => {
    const found = { ...held, rev: 8 };
    expect(await close(held, found)).toEqual({ after: found, writtenAt: [7, 8] });
  });

  it('is left to whoever has the lease by now, who may have read a newer record', async () => {
    const found = { ...held, rev: 8, lease: { ...lease, owner: 'other', epoch: 4 } };
    expect(await close(held, found)).toEqual({ after: null, writtenAt: [7] });
  });
});

describe('what a session has cost', () => {
  /** What a close writes down, and how often it has asked. */
  async function closed(more: Partial<Session>, record: VendorRecord | null) {
    let asked = 0;
    const written: (Partial<Session> | null)[] = [];
    const held = aSession({
      state: 'stopped',
      startedAt: at(10),
      endedAt: at(70.2),
      transcript: { ...aSession().transcript, lastDigest: 'd', lastReadAt: at(80) },
      ...more,
    });
    const write = (_session: Session, change: (session: Session) => Partial<Session> | null) => {
      written.push(change(held));
      return Promise.resolve(held);
    };
    const sessions = { writeAsReadAndRelease: write, writeAndRelease: write };
    const reader = {
      read: () => Promise.resolve({ isLive: false, cursor: null, digest: 'd' }),
      inspect: () => {
        asked += 1;
        return record ? Promise.resolve(record) : Promise.reject(new Error('away'));
      },
    };
    let toldOf: Billed | null | undefined;
    const deliveries = {
      hashOf: ({ billed }: Session) => {
        toldOf = billed;
        return Promise.resolve({ hash: 'h', truncated: false, gone: [] });
      },
    };
    const parts = [sessions, reader, deliveries, { now: () => at(100) }, anAvatarConfig()];
    const step = new ReadRecordStep(
      ...(parts as unknown as ConstructorParameters<typeof ReadRecordStep>),
    );
    await step.run(held);
    // What Petya is told is made of the same.
    expect(toldOf).toEqual(written[0]?.billed);
    return { billed: written[0]?.billed, state: written[0]?.state, asked };
  }

  const own: Billed = { seconds: 61, credits: null, source: 'own' };
  const told: Billed = { seconds: 90, credits: 4, source: 'vendor' };
  it.each<[string, Partial<Session>, VendorRecord | null, object]>([
    [
      'as the vendor says',
      {},
      over({ seconds: 90, credits: 4 }),
      { billed: told, state: 'final', asked: 1 },
    ],
    [
      'as we have counted where it says nothing',
      {},
      over(null),
      { billed: own, state: 'final', asked: 1 },
    ],
    [
      'as we have counted where it knows no session',
      {},
      { state: 'unknown' },
      { billed: own, state: 'final', asked: 1 },
    ],
    [
      'not known while it says that it runs',
      {},
      { state: 'live' },
      { billed: undefined, state: undefined, asked: 1 },
    ],
    [
      'not known while it cannot be asked',
      {},
      null,
      { billed: undefined, state: undefined, asked: 1 },
    ],
    [
      'not asked for again once it has said so',
      { billed: told, state: 'final' },
      null,
      { billed: told, state: undefined, asked: 0 },
    ],
    [
      'asked for again where it had said nothing',
      { billed: own, state: 'final' },
      over({ seconds: 90, credits: 4 }),
      { billed: told, state: undefined, asked: 1 },
    ],
    [
      'not asked for while the record may still grow',
      { transcript: { ...aSession().transcript, lastDigest: 'other', lastReadAt: at(99) } },
      over({ seconds: 90, credits: 4 }),
      { billed: undefined, state: undefined, asked: 0 },
    ],
    [
      'nothing where it was not started',
      { startedAt: null },
      over(null),
      { billed: { ...own, seconds: 0 }, state: 'final', asked: 1 },
    ],
  ])('is %s', async (_how, more, record, expected) => {
    expect(await closed(more, record)).toEqual(expected);
  });
});
