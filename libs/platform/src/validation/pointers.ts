import { getMetadataStorage, type ValidationError } from 'class-validator';
import type { InputProblem } from '../errors/app-error.js';

/** Most problems named in one answer; a body of 5,000 wrong turns needs no 5,000 lines. */
const MAX_PROBLEMS = 20;

/**
 * What is wrong with a value, as JSON pointers (RFC 6901): strange members first.
 * @param value that was checked, to tell what is missing from what is wrong; it is never repeated
 */
export function pointersOf(
  strangers: readonly InputProblem[],
  problems: readonly ValidationError[],
  value?: object,
): InputProblem[] {
  const others = flattened(problems, value, '');
  // Of an object where a list belongs only that is said, and nothing of what it holds.
  const refused = new Set(others.map(({ pointer }) => pointer));
  const inGoodPlaces = strangers.filter(({ pointer }) => !refused.has(pointer));
  return [...inGoodPlaces, ...others].slice(0, MAX_PROBLEMS);
}

/** Flattens class-validator's tree. */
function flattened(
  problems: readonly ValidationError[],
  value: unknown,
  parent: string,
): InputProblem[] {
  const found: InputProblem[] = [];
  for (const { property, constraints = {}, children = [] } of problems) {
    const pointer = `${parent}/${pointerSegment(property)}`;
    const member: unknown = isObject(value) ? Reflect.get(value, property) : null;
    const [rule] = Object.values(constraints);
    if (rule) {
      const message = plainMessage(rule, property);
      found.push({ pointer, message: member === undefined ? missing(message) : message });
    }
    found.push(...flattened(children, member, pointer));
    if (found.length >= MAX_PROBLEMS) break;
  }
  return found;
}

/**
 * Takes members that no DTO knows off an instance, at every depth. class-validator's own whitelist
 * looks a name up in a plain object and knows `toString` by inheritance, and some names never reach
 * the instance: so the value itself is asked, by the names that are its own. A pointer holds names we
 * know and places in lists only: of a strange member its parent is named, once, and what is known
 * there. The name itself is the caller's text, and may be anything.
 * @param instance what was made of the value
 * @returns one problem for each place with a strange member
 */
export function removeStrangers(instance: unknown, value: unknown, pointer = ''): InputProblem[] {
  if (!isObject(value) || !isObject(instance)) return [];
  const made = instance as Record<string, unknown>;
  const known = Array.isArray(value) ? undefined : knownMembers(made.constructor);
  if (!Array.isArray(value) && !known) return [];
  const found: InputProblem[] = [];
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    if (!known || known.has(name)) {
      found.push(...removeStrangers(made[name], member, `${pointer}/${pointerSegment(name)}`));
    } else {
      if (found[0]?.pointer !== pointer) found.unshift(unknownMember(pointer, known));
      if (Object.hasOwn(made, name)) delete made[name];
    }
  }
  return found;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const membersByClass = new WeakMap<object, ReadonlySet<string> | undefined>();

/** Members that a class has rules for; none where it is no DTO. */
function knownMembers(type: Function): ReadonlySet<string> | undefined {
  if (membersByClass.has(type)) return membersByClass.get(type);
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const names = new Set(rules.map(({ propertyName }) => propertyName).toSorted());
  const known = names.size > 0 ? names : undefined;
  membersByClass.set(type, known);
  return known;
}

function unknownMember(pointer: string, known: ReadonlySet<string>): InputProblem {
  const list = [...known].join(', ');
  return { pointer, message: `has a member that is not known; known here: ${list}` };
}

function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Says first that a member is not there, and then what it has to be. */
function missing(message: string): string {
  return message.startsWith('must ') ? `is missing; it ${message}` : 'is missing';
}

/** class-validator starts its texts with the member's name, which the pointer already says. */
function plainMessage(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
