import * as swagger from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { applyDescriptions } from '#contracts/description';
import { describeConstraints } from './constraints.js';
import { errorBodySchema } from './error-body.schema.js';

/** How an app presents itself in `/openapi.json`. */
export interface ApiDescription {
  readonly title: string;
  readonly description: string;
  /** Base paths under which every route is served. */
  readonly servers: readonly string[];
  /** Security schemes by name, as OpenAPI writes them. */
  readonly security: Readonly<Record<string, SecurityScheme>>;
}

export type SecurityScheme = { readonly description?: string } & (
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string }
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly bearerFormat?: string }
);

/** The OpenAPI 3.1 document of an app, from its DTOs, with the error body on every operation. */
export function openApiDocument(
  app: NestExpressApplication,
  description: ApiDescription,
): swagger.OpenAPIObject {
  const builder = new swagger.DocumentBuilder()
    .setTitle(description.title)
    .setDescription(description.description)
    .setVersion('1.0.0')
    .setOpenAPIVersion('3.1.0');
  for (const server of description.servers) builder.addServer(server);
  for (const [name, scheme] of Object.entries(description.security)) {
    builder.addSecurity(name, scheme);
  }
  applyDescriptions(swagger);
  const document = swagger.SwaggerModule.createDocument(app, builder.build());
  describeConstraints(document);
  return withErrors(document);
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function withErrors(document: swagger.OpenAPIObject): swagger.OpenAPIObject {
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, Error: errorBodySchema };
  const response = {
    description: 'Refused or failed; `type` says which problem it is.',
    content: {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Error' } },
      'application/json': { schema: { $ref: '#/components/schemas/Error' } },
    },
  };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation)
        operation.responses = { ...operation.responses, '4XX': response, '5XX': response };
    }
  }
  return document;
}
