import { describe } from '@jest/globals';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('a stop', () => {
  const plans = plansOf({
    standing: standing(['active', 'stopping']),
    acts: [['stop'], ['stop', 'stop'], ['leave'], ['leave', 'keep-alive'], ['say', 'stop']],
  });
  testStep(plans, STEP_FAULTS.stop);
});
