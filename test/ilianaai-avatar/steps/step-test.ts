import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import fc from 'fast-check';
import { RUNS, SEED } from '../interleavings.js';
import type { StepPlan } from './step-plan.js';
import { playSteps, type Spoil } from './step-world.js';

/** Orders in which a deliberate fault has to show; the rarest shows once in about a thousand. */
const FAULT_RUNS = 20_000;

/**
 * Tests that a step keeps all promises in whatever order, and that this test would see it if it did
 * not: each fault is put in, one at a time, and has to be found.
 */
export function testStep(plans: fc.Arbitrary<StepPlan>, faults: Readonly<Record<string, Spoil>>) {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(new ConsoleLogger()));

  it(`breaks no promise in ${RUNS} orders`, async () => {
    await fc.assert(keepsAllPromises(plans), { numRuns: RUNS, ...SEED });
  }, 3_600_000);

  it.each(Object.entries(faults))(
    'is seen by this test where it %s',
    async (_fault, spoil) => {
      const found = await fc.check(keepsAllPromises(plans, spoil), {
        numRuns: FAULT_RUNS,
        endOnFailure: true,
      });
      expect(found.failed).toBe(true);
    },
    600_000,
  );
}

function keepsAllPromises(plans: fc.Arbitrary<StepPlan>, spoil?: Spoil) {
  return fc.asyncProperty(plans, fc.scheduler(), async (plan, scheduler) => {
    const broken = await playSteps(scheduler, plan, spoil);
    // Not by `expect`, which would take a tenth of the time.
    if (broken.length > 0) throw new Error(broken.join('\n'));
  });
}
