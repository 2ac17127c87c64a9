import type { ValidationError } from 'class-validator';
import type { InputProblem } from '../errors/app-error.js';

/** Most problems named in one answer; a body of 5,000 wrong turns needs no 5,000 lines. */
const MAX_PROBLEMS = 20;

/** Flattens class-validator's tree into JSON pointers (RFC 6901). */
export function pointersOf(problems: readonly ValidationError[], parent = ''): InputProblem[] {
  const found: InputProblem[] = [];
  for (const problem of problems) {
    const pointer = `${parent}/${pointerSegment(problem.property)}`;
    const [rule] = Object.entries(problem.constraints ?? {});
    if (rule) found.push({ pointer, message: plainMessage(rule, problem.property) });
    found.push(...pointersOf(problem.children ?? [], pointer));
  }
  return found.slice(0, MAX_PROBLEMS);
}

function pointerSegment(name: string): string {
  return name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** class-validator starts its texts with the member's name, which the pointer already says. */
function plainMessage([rule, message]: [string, string], property: string): string {
  if (rule === 'whitelistValidation') return 'is not a member of this request';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
