import { describe, expect, it } from '@jest/globals';
import { hasEmptySegment } from './app-exception.filter.js';

describe('a slash too many', () => {
  it.each([
    ['/', false],
    ['', false],
    ['/v1/sessions/start', false],
    ['/v1/sessions/start/', true],
    ['//v1/sessions/start', true],
    ['/api/v1//account/config', true],
    ['//', true],
  ])('in %j: %s', (path, expected) => {
    expect(hasEmptySegment(path)).toBe(expected);
  });
});
