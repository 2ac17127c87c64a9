import { describe } from '@jest/globals';
import fc from 'fast-check';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('taking a slot', () => {
  const plans = plansOf({
    standing: fc.oneof(fc.constant(null), standing(['created', 'active'])),
    acts: [['token'], ['token', 'start'], ['token', 'stop', 'token'], ['token', 'token'], ['stop']],
    passing: [0.5, 3, 31],
    slots: [1, 2],
  });
  testStep(plans, STEP_FAULTS.slot);
});
