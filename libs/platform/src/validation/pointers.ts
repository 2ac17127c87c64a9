import { getMetadataStorage, type ValidationError } from 'class-validator';
import type { InputProblem } from '../errors/app-error.js';

/** Most problems named in one answer; a body of 5,000 wrong turns needs no 5,000 lines. */
const MAX_PROBLEMS = 20;

/**
 * Flattens class-validator's tree into JSON pointers (RFC 6901). A pointer holds names we know and
 * places in lists only: of a member that is not known its parent is named, once, and what is known
 * there. The name itself is the caller's text, and may be anything.
 */
export function pointersOf(problems: readonly ValidationError[], parent = ''): InputProblem[] {
  const found: InputProblem[] = [];
  const stranger = problems.find(isOfStranger);
  if (stranger) found.push({ pointer: parent, message: unknownMember(stranger) });
  for (const problem of problems) {
    if (isOfStranger(problem)) continue;
    const pointer = `${parent}/${pointerSegment(problem.property)}`;
    const [message] = Object.values(problem.constraints ?? {});
    if (message) found.push({ pointer, message: plainMessage(message, problem.property) });
    found.push(...pointersOf(problem.children ?? [], pointer));
  }
  return found.slice(0, MAX_PROBLEMS);
}

function isOfStranger({ constraints }: ValidationError): boolean {
  return constraints !== undefined && 'whitelistValidation' in constraints;
}

function unknownMember({ target }: ValidationError): string {
  const type = target?.constructor;
  const rules = type
    ? getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)
    : [];
  const known = [...new Set(rules.map(({ propertyName }) => propertyName))].toSorted();
  const list = known.length > 0 ? known.join(', ') : 'none';
  return `has a member that is not known; known here: ${list}`;
}

function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** class-validator starts its texts with the member's name, which the pointer already says. */
function plainMessage(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
