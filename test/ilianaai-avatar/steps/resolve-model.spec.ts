import { describe } from '@jest/globals';
import fc from 'fast-check';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('a start whose starter has died', () => {
  const plans = plansOf({
    standing: fc.oneof(
      standing(['starting'], { isStarted: true }),
      standing(['starting'], { isStarted: true, leaseOverSeconds: -2 }),
      standing(['starting'], { leaseOverSeconds: -2 }),
    ),
    acts: [['start'], ['stop'], ['stop', 'start'], ['leave'], ['vendor-ends']],
    passing: [0.5, 1, 3],
  });
  testStep(plans, STEP_FAULTS.resolve);
});
