import type { Meanings } from '#contracts';
import { schemaPath } from '#contracts/description';
import { AppError, type AppErrorDetails } from '../errors/app-error.js';
import { errorBody } from '../errors/error-body.js';
import type { ErrorEntry, ErrorTable } from '../errors/error-table.js';
import { errorBodySchema } from './error-body.schema.js';
import { closedListSchema } from './closed-lists.js';
import type { Json } from './walk.js';

/** What any request may meet, whatever its route. */
export const PROBLEMS_OF_ANY = [
  'bad_request',
  'key_ambiguous',
  'request_timeout',
  'uri_too_long',
  'invalid_input',
  'rate_limited',
  'headers_too_large',
  'internal',
] as const;

/** What a request with a body may meet beside. */
export const PROBLEMS_OF_BODIES = [
  'malformed_json',
  'too_deep',
  'payload_too_large',
  'unsupported_media_type',
] as const;

/** What a request may meet that is let in by a credential: it reaches the database. */
export const PROBLEMS_OF_WORK = ['unavailable', 'busy'] as const;

/** The `type` of a problem. */
export function problemType(code: string): string {
  return `urn:problem:${code}`;
}

/** Schemas of the one error body and of the list of all problems of an app. */
export function errorSchemas(table: ErrorTable, codes: readonly string[]): Record<string, Json> {
  const meanings: Meanings = Object.fromEntries(
    codes.map((code) => [
      problemType(code),
      `${statusOf(table, code)}. ${exampleOf(table, code).message}`,
    ]),
  );
  const { properties } = errorBodySchema;
  const type = {
    description: 'Which problem it is. Decide by this member; texts may change.',
    $ref: schemaPath({ name: 'ProblemType' }),
  };
  return {
    Error: { ...errorBodySchema, properties: { ...properties, type } },
    ProblemType: closedListSchema(meanings),
  };
}

/** The status that a problem is answered with; a range where the vendor's own is passed on. */
export function statusOf(table: ErrorTable, code: string): string {
  const { status, isVendorsStatus } = entryOf(table, code);
  return isVendorsStatus ? '4XX' : String(status);
}

/** An answer of this problem. */
export function exampleOf(table: ErrorTable, code: string) {
  const { isVendorsStatus } = entryOf(table, code);
  const details: AppErrorDetails = {
    params: EXAMPLE_PARAMS,
    ...(code === 'invalid_input' ? { errors: EXAMPLE_ERRORS } : {}),
    ...(isVendorsStatus ? { status: 400, vendorCode: 4000 } : {}),
  };
  const body = errorBody(new AppError(code, details), table, EXAMPLE_REQUEST);
  // Some end with advice, of which there is none here.
  return { ...body, message: body.message.trimEnd() };
}

function entryOf(table: ErrorTable, code: string): ErrorEntry {
  const entry = table[code];
  if (!entry) throw new Error(`a route names a problem that there is not: ${code}`);
  return entry;
}

const EXAMPLE_REQUEST = '0190f6d4-8f5a-7c3e-9d2b-5a1c4e6f7b80';

const EXAMPLE_ERRORS = [{ pointer: '/session_id', message: 'is needed with an API key' }];

/** What stands in the places of messages. */
const EXAMPLE_PARAMS = {
  origin: 'https://shop.example.com',
  advice: '',
  what: 'requests from this address',
  count: '5',
  setting: 'voiceId',
};
