import { describe } from '@jest/globals';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('a delivery', () => {
  const plans = plansOf({
    standing: standing(['active', 'stopped', 'final', 'delivered']),
    acts: [['say', 'stop'], ['overhear'], ['overhear', 'overhear'], ['stop', 'overhear']],
    passing: [0.5, 1, 2, 3],
  });
  testStep(plans, STEP_FAULTS.deliver);
});
