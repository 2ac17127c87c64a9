import { expect } from '@jest/globals';
import type { Answer } from './json-client.js';

/** Holds an answer to a status. One of another status is shown whole: its text says what was wrong. */
export function expectStatus({ status, text }: Answer<unknown>, expected: number): void {
  expect(status === expected ? status : `${status} ${text}`).toBe(expected);
}
