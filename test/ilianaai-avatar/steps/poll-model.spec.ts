import { describe } from '@jest/globals';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('a look at a running session', () => {
  const plans = plansOf({
    standing: standing(['active']),
    acts: [['vendor-ends'], ['keep-alive', 'keep-alive'], ['say', 'stop'], ['leave', 'say']],
    passing: [0.5, 1, 3, 31],
    mayBeSuspended: true,
  });
  testStep(plans, STEP_FAULTS.poll);
});
