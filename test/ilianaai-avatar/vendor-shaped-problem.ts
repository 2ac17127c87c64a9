import { type Expected, expectProblem as expectAnyProblem } from '../support/expect-problem.js';
import type { Answer } from '../support/json-client.js';

export { expectSafeHeaders, pointers } from '../support/expect-problem.js';

/** A refusal of a vendor-shaped route, which most routes of this app are. */
export function expectProblem(
  answer: Answer<unknown>,
  status: number,
  problem: string,
  expected: Expected = {},
): void {
  expectAnyProblem(answer, status, problem, { mediaType: 'application/json', ...expected });
}
