import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../../test/support/avatar-config.factory.js';
import { aSession, at } from '../../../../../test/support/session.factory.js';
import type { Session } from '../../sessions/domain/session.js';
import { ReadRecordStep } from './read-record.step.js';

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
  const reader = { read: () => Promise.resolve({ isLive: false, cursor: null, digest: 'd' }) };
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
