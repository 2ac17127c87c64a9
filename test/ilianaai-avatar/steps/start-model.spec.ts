import { describe } from '@jest/globals';
import { STEP_FAULTS } from './step-faults.js';
import { plansOf, standing } from './step-plans.js';
import { testStep } from './step-test.js';

describe('a start', () => {
  const plans = plansOf({
    standing: standing(['created']),
    acts: [
      ['start'],
      ['start', 'stop'],
      ['start', 'start'],
      ['token', 'start'],
      ['start', 'leave', 'say'],
      ['stop'],
      ['start-unheard', 'start'],
    ],
  });
  testStep(plans, STEP_FAULTS.start);
});
