import type { Json } from './walk.js';

/** Headers of answers, by name. */
export const headerParts: Readonly<Record<string, Json>> = {
  'X-Request-Id': {
    description:
      'Names the request in the log: your own `X-Request-Id` where that is a UUID. Tell it to the operator.',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  },
  'X-Trace-Id': {
    description:
      'Finds everything of one conversation in the log and at Petya: of the session that the call is about, and else of your own `traceparent`, where you send one. Tell it to the operator.',
    schema: { type: 'string', pattern: '^[0-9a-f]{32}$' },
  },
  'Retry-After': {
    description: 'After how many seconds the same request may succeed; where another may help.',
    schema: { type: 'integer', minimum: 1 },
  },
  'WWW-Authenticate': {
    description: 'The scheme of the credential that is wanted.',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer realm="avatar"',
  },
  'RateLimit-Limit': {
    description: 'How many requests there may be in a minute; where they are counted.',
    schema: { type: 'integer', minimum: 0 },
  },
  'RateLimit-Remaining': {
    description: 'How many are left; where they are counted.',
    schema: { type: 'integer', minimum: 0 },
  },
  'RateLimit-Reset': {
    description: 'After how many seconds all of them are left again; where they are counted.',
    schema: { type: 'integer', minimum: 0 },
  },
  'X-Visitor-Token': {
    description:
      "The visitor's next token, once a third of the life of the one that was shown is over. Keep it in its place.",
    schema: { type: 'string' },
  },
};

const RATES = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];

/** The names of the headers that an answer of this status may have. */
export function headersOf(status: string): string[] {
  return [
    'X-Request-Id',
    'X-Trace-Id',
    ...(status === '401' ? ['WWW-Authenticate'] : []),
    ...(status === '429' || status === '503' ? ['Retry-After'] : []),
    ...(status.startsWith('2') || status === '429' ? RATES : []),
  ];
}
