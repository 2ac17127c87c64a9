import { schemaPath } from '#contracts/description';
import type { OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import type { ErrorTable } from '../errors/error-table.js';
import { headerParts, headersOf } from './headers.js';
import {
  errorSchemas,
  exampleOf,
  problemType,
  PROBLEMS_OF_ANY,
  PROBLEMS_OF_BODIES,
  PROBLEMS_OF_WORK,
  statusOf,
} from './problems.js';
import type { RouteProblems } from './route-problems.js';
import { type Described, type Json, operationsOf } from './walk.js';

export interface AnswersOptions {
  readonly errors: ErrorTable;
  /** Whether refusals of a path are `application/json`, as the vendors' SDKs read them. */
  readonly vendorShaped: (path: string) => boolean;
  readonly routes: readonly RouteProblems[];
  /** Whether whoever shows a visitor's token may be answered the next one. */
  readonly renewsVisitorTokens: boolean;
}

/**
 * Writes into a description by which statuses, problems and headers each operation may answer. The
 * problems are examples, too, in the words they are answered with.
 */
export function describeAnswers(document: OpenAPIObject, options: AnswersOptions): void {
  const { errors } = options;
  const used = new Set<string>();
  for (const described of operationsOf(document)) {
    const declared = new Set(problemsOf(described, options.routes));
    const codes = Object.keys(errors).filter((code) => declared.delete(code));
    if (declared.size > 0) throw new Error(`no problems of this app: ${[...declared].join()}`);
    for (const code of codes) used.add(code);
    Object.assign(described.operation.responses, refusals(described, codes, options));
    describeHeaders(described, options);
  }
  const codes = Object.keys(errors).filter((code) => used.has(code));
  const { components = {} } = document;
  components.schemas = { ...components.schemas, ...errorSchemas(errors, codes) };
  components.headers = { ...headerParts };
  components.examples = Object.fromEntries(
    codes.map((code) => [code, { summary: code, value: exampleOf(errors, code) }]),
  );
  document.components = components;
}

/** Every problem that an operation may answer with. */
function problemsOf(
  { path, method, operation }: Described,
  routes: readonly RouteProblems[],
): string[] {
  const route = routes.find((each) => each.path === path && each.method === method.toUpperCase());
  const isProbe = operation.tags?.includes('health') ?? false;
  return [
    ...PROBLEMS_OF_ANY,
    ...(operation.requestBody ? PROBLEMS_OF_BODIES : []),
    ...(isProbe ? [] : PROBLEMS_OF_WORK),
    ...(route?.codes ?? []),
  ];
}

/** One response for each status, but for those that the route describes itself. */
function refusals(
  { path, operation }: Described,
  codes: readonly string[],
  { errors, vendorShaped }: AnswersOptions,
): Record<string, Json> {
  const statuses = [...new Set(codes.map((code) => statusOf(errors, code)))].filter(
    (status) => !(status in operation.responses),
  );
  const mediaTypes = [
    ...(vendorShaped(path) ? ['application/json'] : []),
    'application/problem+json',
  ];
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => statusOf(errors, code) === status);
      const content = contentOf(ofStatus);
      const response = {
        description: descriptionOf(status, ofStatus),
        content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, content])),
      };
      return [status, response];
    }),
  );
}

function contentOf(codes: readonly string[]): Json {
  const type = { type: 'string', enum: codes.map(problemType) };
  return {
    schema: {
      allOf: [
        { $ref: schemaPath({ name: 'Error' }) },
        { type: 'object', required: ['type'], properties: { type } },
      ],
    },
    examples: Object.fromEntries(
      codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
    ),
  };
}

/** What each problem means is told once, in the schema `ProblemType`. */
function descriptionOf(status: string, codes: readonly string[]): string {
  const title = STATUS_CODES[status] ?? "The vendor's own status";
  return `${title}. Its \`type\` is one of: ${codes.map((code) => `\`${code}\``).join(', ')}.`;
}

function describeHeaders({ operation }: Described, options: AnswersOptions): void {
  const readsToken = (operation.parameters ?? []).some(
    (each) => 'name' in each && each.name === 'X-Visitor-Token',
  );
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    const isRenewed = options.renewsVisitorTokens && readsToken && status.startsWith('2');
    const names = [...headersOf(status), ...(isRenewed ? ['X-Visitor-Token'] : [])];
    response.headers = Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    );
    if (!response.description) response.description = 'Success.';
  }
}
