import * as swagger from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CLOSED_LISTS } from '#contracts';
import { applyDescriptions } from '#contracts/description';
import { describeAnswers } from './answers.js';
import type { ErrorTable } from '../errors/error-table.js';
import { describeClosedLists } from './closed-lists.js';
import { describeConstraints } from './constraints.js';
import { dropUnused, hideOperations } from './prune.js';
import { problemsOfRoutes } from './route-problems.js';
import { eachPart, operationsOf } from './walk.js';

/** How an app presents itself in `/openapi.json`. */
export interface ApiDescription {
  readonly title: string;
  readonly description: string;
  /** Base paths under which every route is served. */
  readonly servers: readonly string[];
  /** What the routes of each tag are for. */
  readonly tags: Readonly<Record<string, string>>;
  /** Security schemes by name, as OpenAPI writes them. */
  readonly security: Readonly<Record<string, SecurityScheme>>;
  /** Whether a route is switched off; it is not described then. */
  readonly isOff?: (path: string, tags: readonly string[]) => boolean;
  /** Whether whoever shows a visitor's token may be answered the next one. */
  readonly renewsVisitorTokens?: boolean;
}

export type SecurityScheme = { readonly description: string } & (
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string }
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly bearerFormat?: string }
);

/** What an app's description is made of, beside its routes and DTOs. */
export interface DescriptionOptions {
  readonly api: ApiDescription;
  readonly errors: ErrorTable;
  /** Whether refusals of a path are `application/json`, as the vendors' SDKs read them. */
  readonly vendorShaped: (path: string) => boolean;
  /** Whether a path is served here; all are where this is left out. */
  readonly isServed?: (path: string) => boolean;
}

/** The OpenAPI 3.1 document of an app, from its DTOs, its error table and what its routes declare. */
export function openApiDocument(
  app: NestExpressApplication,
  { api, errors, vendorShaped, isServed = () => true }: DescriptionOptions,
): swagger.OpenAPIObject {
  applyDescriptions(swagger);
  // What is changed below is in part what the decorators keep: the next document begins with that.
  const document = structuredClone(swagger.SwaggerModule.createDocument(app, baseOf(api)));
  const { isOff = () => false } = api;
  hideOperations(document, (path, tags) => !isServed(path) || isOff(path, tags));
  describeConstraints(document);
  eachPart(document, plainReference);
  describeClosedLists(document, CLOSED_LISTS);
  describeAnswers(document, {
    errors,
    vendorShaped,
    routes: problemsOfRoutes(app),
    renewsVisitorTokens: api.renewsVisitorTokens ?? false,
  });
  for (const { operation } of operationsOf(document)) operation.security ??= [];
  dropUnused(document);
  return document;
}

function baseOf(api: ApiDescription): Omit<swagger.OpenAPIObject, 'paths'> {
  const builder = new swagger.DocumentBuilder()
    .setTitle(api.title)
    .setDescription(api.description)
    .setVersion('1.0.0')
    .setOpenAPIVersion('3.1.0');
  for (const server of api.servers) builder.addServer(server);
  for (const [name, scheme] of Object.entries(api.security)) builder.addSecurity(name, scheme);
  for (const [tag, description] of Object.entries(api.tags)) builder.addTag(tag, description);
  const base = builder.build();
  // Linters of descriptions want to be told whom to ask, and under which terms.
  base.info.contact = { name: 'The operator of this service' };
  const license = { name: 'Not licensed to others', identifier: 'LicenseRef-Proprietary' };
  base.info.license = license;
  return base;
}

/** `allOf` with one member, as a member with a description is written for OpenAPI 3.0. */
function plainReference(part: Record<string, unknown>): void {
  const { allOf } = part;
  if (!Array.isArray(allOf) || allOf.length !== 1) return;
  delete part['allOf'];
  Object.assign(part, allOf[0]);
}
