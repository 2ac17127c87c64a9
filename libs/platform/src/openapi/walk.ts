import type { OpenAPIObject } from '@nestjs/swagger';

/** A schema, a response or any other part of a description, before somebody looks at what it is. */
export type Json = Record<string, unknown>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** One operation of a description. */
export interface Described {
  readonly path: string;
  /** In lower case. */
  readonly method: (typeof METHODS)[number];
  readonly operation: NonNullable<OpenAPIObject['paths'][string]['get']>;
}

/** Every operation of a description. */
export function operationsOf({ paths }: OpenAPIObject): Described[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** Members whose values are somebody's data, and no part of the description. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** Visits every object of a part of a description, the inner ones first. */
export function eachPart(part: unknown, visit: (part: Json) => void): void {
  if (Array.isArray(part)) return part.forEach((each) => eachPart(each, visit));
  if (!isJson(part)) return;
  for (const [name, value] of Object.entries(part)) {
    if (!DATA.has(name) && !name.startsWith('x-')) eachPart(value, visit);
  }
  visit(part);
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
