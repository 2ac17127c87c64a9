import { describe } from '@jest/globals';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('an erasure', () => {
  const plans = plansOf({
    standing: standing([
      'created',
      'starting',
      'active',
      'stopping',
      'stopped',
      'final',
      'delivered',
    ]),
    acts: [['erase'], ['erase', 'say'], ['overhear', 'overhear'], ['token', 'start'], ['stop']],
    passing: [1, 3, 16],
  });
  testStep(plans, STEP_FAULTS.erase);
});
