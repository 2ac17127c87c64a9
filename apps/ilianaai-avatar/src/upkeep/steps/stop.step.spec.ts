import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../../test/support/avatar-config.factory.js';
import { aSession, at } from '../../../../../test/support/session.factory.js';
import type { Session, SessionPatch } from '../../sessions/domain/session.js';
import { StopStep } from './stop.step.js';

/** What a worker that comes to a session at second 50 writes before it asks the vendor. */
async function begun(held: Session): Promise<Session> {
  const seen: Session[] = [];
  const writeHeld = async (session: Session, change: (read: Session) => SessionPatch | null) => {
    const patch = change(session);
    if (patch) seen.push({ ...session, ...patch });
    // Somebody else has it: nothing follows.
    return null;
  };
  const sessions = { writeHeld, writeAndRelease: () => Promise.resolve(null) };
  const clock = { now: () => at(50), lastSilence: () => null };
  const parts = [sessions, {}, clock, anAvatarConfig()];
  const step = new StopStep(...(parts as unknown as ConstructorParameters<typeof StopStep>));
  await step.run(held);
  const [after] = seen;
  if (!after) throw new Error('nothing was written');
  return after;
}

describe('a stop that a worker begins', () => {
  it('was wanted when it was ordered, and not when the worker came to it', async () => {
    const stop = { reason: 'operator', by: 'operator', at: at(10), attempts: 0 } as const;
    expect(await begun(aSession({ state: 'active', stop }))).toMatchObject({
      state: 'stopping',
      stop,
    });
  });
});
