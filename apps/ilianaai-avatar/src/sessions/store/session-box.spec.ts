import { describe, expect, it } from '@jest/globals';
import { sessionBox } from './session-box.js';

const box = sessionBox(['591785b794601e212b260e25925636fd']);
const place = { recordId: 'session-1', member: 'vendorToken' };

describe('what lies sealed in records of sessions', () => {
  it.each([
    ['marked', 'b1.6d32KBDzji4N0pyyBpmnxjL/rO8SU9OK+kAJ/qjBWrsvGsaiOpH7xg=='],
    ['unmarked', '0ZXvFGCuQXAFJFvbzM/jR+2tT4/RFE2e4hMyWVDTgvrxkmY7pztqvw=='],
  ])('opens in the form that is %s', (_form, stored) => {
    expect(box.open(stored, place)).toBe('vendor-token');
  });
});
