import type { InputProblem, Problem } from './failure.js';

/** What a refusal is about. */
export interface Asked {
  /** The address that was asked. */
  readonly petya: string;
  readonly accountId?: string;
  readonly keyId?: string;
}

/** How a member of a body is called where it was written. */
export type NameOf = (member: string) => string;

export const asOption: NameOf = (member) => `--${member}`;
export const asMember: NameOf = (member) => member;

/**
 * A problem as one sentence that says what to do.
 * @param nameOf how the operator has written a member
 */
export function sentenceOf(problem: Problem, asked: Asked, nameOf: NameOf = asOption): string {
  switch (problem.type) {
    case 'urn:problem:invalid_input':
      return inputSentence(problem, nameOf);
    case 'urn:problem:token_invalid':
      return `Petya at ${asked.petya} does not take this token: set ADMIN_TOKEN to one that it has.`;
    case 'urn:problem:not_found':
      return notFoundSentence(asked);
    case 'urn:problem:key_taken':
      return `This key is known to Petya already: leave ${nameOf('key')} away, and a new one is made.`;
    default:
      return problem.message;
  }
}

function inputSentence({ message, errors = [] }: Problem, nameOf: NameOf): string {
  if (errors.length === 0) return message;
  return `${errors.map((error) => partOf(error, nameOf)).join('; ')}.`;
}

function partOf({ pointer, message }: InputProblem, nameOf: NameOf): string {
  const segments = pointer.split('/').slice(1).map(unescaped);
  const place = segments.findIndex((segment) => /^\d+$/.test(segment));
  if (segments.length === 0) return `The account ${message}`;
  if (place < 1) return `${nameOf(segments.join('.'))} ${message}`;
  const list = nameOf(segments.slice(0, place).join('.'));
  return `${list}, value ${Number(segments[place]) + 1}, ${message}`;
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function notFoundSentence({ petya, accountId, keyId }: Asked): string {
  if (accountId === undefined) {
    return `There are no admin routes at ${petya}: Petya has no ADMIN_TOKEN there, or has an ADMIN_PORT, which is to be named with --petya.`;
  }
  return keyId === undefined
    ? `There is no account ${accountId}: \`list\` has the ids of all.`
    : `There is no account ${accountId} with a key ${keyId}: \`show ${accountId}\` has the ids of its keys.`;
}
