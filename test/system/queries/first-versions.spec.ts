import { describe, expect, it } from '@jest/globals';
import { versionNeeded } from './first-versions.js';

describe('the version that operators need', () => {
  it.each([
    [[], null],
    [['$gt', '$set'], null],
    [['update by pipeline'], null],
    [['$first', '$gt'], '4.4'],
    [['$sortArray', '$bsonSize'], '5.2'],
  ])('%j: %s', (operators, version) => {
    expect(versionNeeded(operators)).toBe(version);
  });
});
