import { describe } from '@jest/globals';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('giving up a session that nobody starts', () => {
  const plans = plansOf({
    // A second before its time is over.
    standing: standing(['created'], { ageSeconds: 119 }),
    acts: [['start'], ['token', 'start'], ['token'], ['leave'], ['stop']],
    passing: [0.5, 1, 3],
  });
  testStep(plans, STEP_FAULTS['give up']);
});
