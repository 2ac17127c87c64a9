import {
  end,
  fail,
  giveUp,
} from '../../../apps/ilianaai-avatar/src/sessions/domain/session-moves.js';
import type { SessionStore } from '../../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { Session } from '../../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { toFinalUpdate } from '../../../apps/ilianaai-avatar/src/delivery/status-update.mapper.js';
import type { StepReplica } from './step-replica.js';
import type { Spoil } from './step-world.js';

type Method = (...given: never[]) => unknown;

/** Puts a broken form in the place of a method, which is given what was there. */
function replace(owner: object, name: string, broken: (whole: Method) => Method): void {
  const whole = (owner as Record<string, Method>)[name];
  if (!whole) throw new Error(`there is no ${name}`);
  Object.assign(owner, { [name]: broken(whole.bind(owner)) });
}

/** The faults that are put in on purpose, one at a time, by the step that has to show them. */
export const STEP_FAULTS = {
  start: {
    'gives the media to a second token': ({ starts, store }) =>
      replace(starts, 'startedBefore', () => (key: Session) => store.find(key)),
    'takes a lost answer for a no': ({ vendorStart, store, now }) =>
      replace(vendorStart, 'failed', () => async (held: Session, error: unknown) => {
        await settleFailed(store, held, now);
        throw error;
      }),
  },
  stop: {
    'ends a session that the vendor would not stop': ({ steps, store, now }) =>
      replace(
        steps.stop,
        'tryLater',
        () => (held: Session) => store.writeAndRelease(held, end('visitor_ended', now())),
      ),
    'acknowledges a repeated stop that nobody has passed on': ({ stops, store }) =>
      replace(stops, 'stop', (whole) => async (session: Session, reason: never) => {
        const current = await store.find(session);
        if (!current?.stop) await whole(session as never, reason);
      }),
  },
  poll: {
    'takes silence for an end': ({ steps }) =>
      replace(
        steps.poll,
        'inspect',
        (whole) => async (held: Session) => (await whole(held as never)) ?? { state: 'unknown' },
      ),
  },
  'give up': {
    'gives up what somebody was given meanwhile': ({ steps, store, now }) =>
      replace(
        steps['give-up'],
        'run',
        () => (held: Session) =>
          store.writeAndRelease(held, (session) =>
            session.state === held.state
              ? giveUp(session, { reason: 'no_show', by: 'gateway' }, now())
              : null,
          ),
      ),
    'forgets that it is open at the vendor': ({ steps, store, now }) =>
      replace(
        steps['give-up'],
        'run',
        () => (held: Session) =>
          store.writeAndRelease(held, ({ state }) =>
            state === held.state ? fail('no_show', now()) : null,
          ),
      ),
  },
  resolve: {
    'takes silence for a no': ({ steps }) =>
      replace(
        steps['resolve-start'],
        'ask',
        (whole) => async (held: Session) => (await whole(held as never)) ?? { state: 'unknown' },
      ),
  },
  deliver: {
    'sends what came since under the same version': ({ deliveries, transcripts }) =>
      replace(deliveries, 'finalUpdate', () => async (session: Session) => {
        return toFinalUpdate(session, await transcripts.readAnew(session));
      }),
  },
  erase: {
    'leaves words that came late': ({ steps, store }) =>
      replace(
        steps.purge,
        'run',
        () => (held: Session) =>
          store.writeAndRelease(held, ({ transcript }) => ({
            transcript: { ...transcript, nextReadAt: null },
          })),
      ),
    'does not tell the vendor': ({ steps }) => replace(steps.erase, 'tellVendor', () => () => null),
  },
  slot: {
    'takes a slot that is none': ({ store }) =>
      replace(store, 'insertInOrder', (whole) => async (sessions: readonly Session[]) => {
        const refusals = (await whole(sessions as never)) as unknown[];
        if (!refusals.includes('slot')) return refusals;
        return whole(sessions.map((each) => ({ ...each, slot: (each.slot ?? 0) + 1 })) as never);
      }),
  },
} as const satisfies Record<string, Record<string, Spoil>>;

function settleFailed(store: SessionStore, held: Session, now: StepReplica['now']) {
  return store.writeAndRelease(held, ({ state }) =>
    state === 'starting' ? fail('vendor_fault', now()) : null,
  );
}
