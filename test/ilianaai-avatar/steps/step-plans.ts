import fc from 'fast-check';
import type { Act, Party, PetyaTrouble, Standing, StepPlan, WriteTrouble } from './step-plan.js';
import type { VendorTrouble } from '../../support/memory-vendor.js';

/** What around a step is tried; the rest is as ever. */
export interface Scene {
  readonly standing: fc.Arbitrary<Standing | null>;
  /** Who does what: one list for each party. */
  readonly acts: readonly (readonly Act[])[];
  readonly holds?: Party['holds'];
  readonly passing?: readonly number[];
  readonly vendors?: readonly StepPlan['vendor'][];
  readonly slots?: readonly number[];
  readonly mayBeSuspended?: boolean;
}

const TROUBLES: readonly VendorTrouble[] = ['busy', 'full', 'unreached', 'lost', 'late'];
const WRITE_TROUBLES: readonly WriteTrouble[] = ['failed', 'unanswered'];
const PETYA_TROUBLES: readonly PetyaTrouble[] = ['unreached', 'lost'];

/** Plans of a scene, in which anything may go wrong. */
export function plansOf(scene: Scene): fc.Arbitrary<StepPlan> {
  const death = rarely(fc.integer({ min: 1, max: 30 }), Infinity);
  const slowness = fc.constantFrom(1, 1, 3);
  return fc.record({
    vendor: fc.constantFrom(...(scene.vendors ?? (['liveavatar', 'heygen'] as const))),
    standing: scene.standing,
    parties: fc.array(partiesOf(scene), { minLength: 2, maxLength: 3 }),
    deaths: fc.tuple(death, death),
    workers: fc.constantFrom([true, true] as const, [true, false] as const),
    slowness: fc.tuple(slowness, slowness),
    passing: fc.array(fc.constantFrom(...(scene.passing ?? [0.5, 1, 3, 16, 31])), { maxLength: 4 }),
    vendorTroubles: sometimes(TROUBLES),
    writeTroubles: sometimes(WRITE_TROUBLES),
    petyaTroubles: sometimes(PETYA_TROUBLES),
    slots: fc.constantFrom(...(scene.slots ?? [2])),
    isSuspended: scene.mayBeSuspended ? fc.boolean() : fc.constant(false),
  });
}

/** A session that was opened at that time, and of which nobody has to do with its start. */
export function standing(
  states: readonly Standing['state'][],
  more: Partial<Standing> = {},
): fc.Arbitrary<Standing> {
  const rest = { isStarted: false, ageSeconds: 10, leaseOverSeconds: 1, ...more };
  return fc.constantFrom(...states).map((state) => ({ ...rest, state }));
}

function partiesOf({ acts, holds }: Scene): fc.Arbitrary<Party> {
  return fc.record({
    acts: fc.constantFrom(...acts),
    pause: fc.constantFrom(0, 1, 3, 8),
    at: fc.constantFrom(0 as const, 1 as const),
    holds: holds
      ? fc.constant(holds)
      : fc.constantFrom<Party['holds']>('its token', 'its token', 'another token'),
    isKnown: fc.boolean(),
    idempotencyKey: fc.constantFrom(null, null, 'key-1'),
  });
}

/** Seldom more than one in a row: what goes well all the time finds other orders. */
function sometimes<T extends string>(troubles: readonly T[]): fc.Arbitrary<('none' | T)[]> {
  const trouble = fc.oneof(
    { weight: 2, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...troubles) },
  );
  return rarely(fc.array<'none' | T>(trouble, { minLength: 1, maxLength: 4 }), []);
}

function rarely<T>(arbitrary: fc.Arbitrary<T>, usual: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });
}
