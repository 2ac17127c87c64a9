import fc from 'fast-check';
import { type GeneratedRequest, type Known, validRequests } from './generated-request.js';
import type { Operation } from './operations.js';

const PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ',',
  ':',
  '\u0000',
  '\ud800',
  '\\ud800',
  'null',
  '-0',
  '1e400',
  '9007199254740993',
  '%',
  '../',
  '$ne',
  '__proto__',
  '\u202e',
  '\u001b[31m',
];

/** One change to a text: a piece put in, some of it taken out, or some of it said twice. */
export const edits = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(8),
  how: fc.constantFrom('insert', 'remove', 'repeat'),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })),
});

export type Edit = typeof edits extends fc.Arbitrary<infer T> ? T : never;

export function applyEdit(text: string, { at, length, how, piece }: Edit): string {
  const start = Math.floor(at * text.length);
  if (how === 'insert') return text.slice(0, start) + piece + text.slice(start);
  if (how === 'remove') return text.slice(0, start) + text.slice(start + length);
  return text.slice(0, start + length) + text.slice(start);
}

/** Right requests with up to four changes to their body, path or headers; anything may come of it. */
export function mutatedRequests(
  operation: Operation,
  known: Known,
): fc.Arbitrary<GeneratedRequest> {
  const changes = fc.array(edits, { minLength: 1, maxLength: 4 });
  return fc
    .tuple(validRequests(operation, known), changes, fc.nat(9))
    .map(([request, list, where]) => {
      const change = (text: string) => list.reduce(applyEdit, text);
      const mutated = { ...request, kind: 'mutated' as const };
      if (request.body !== undefined && where < 6)
        return { ...mutated, body: change(request.body) };
      if (where < 9) return { ...mutated, path: sendable(`/${change(request.path.slice(1))}`) };
      const headers = Object.entries(request.headers).map(([name, value]) => [
        name,
        change(value).replace(/[^\x20-\x7e]/g, '?'),
      ]);
      return { ...mutated, headers: Object.fromEntries(headers) as Record<string, string> };
    });
}

/** The client refuses to write these; on raw sockets they are tried all the same. */
function sendable(path: string): string {
  return path.replace(/[^\x21-\x7e]/g, (char) => encodeURIComponent(toWellFormed(char)));
}

function toWellFormed(char: string): string {
  return /\p{Surrogate}/u.test(char) ? '\ufffd' : char;
}
