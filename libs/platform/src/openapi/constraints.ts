import type { OpenAPIObject } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import * as contracts from '#contracts';

type Json = Record<string, unknown>;

/** What the rules of the DTOs mean in JSON Schema, so that the description refuses what we refuse. */
const KEYWORDS: Readonly<Record<string, (constraints: readonly unknown[]) => Json>> = {
  matches: ([pattern]) => ({ pattern: (pattern as RegExp).source }),
  // Bytes are at least as many as characters; what is longer in bytes only is not described.
  isUtf8Length: ([min, max]) => ({ minLength: min, maxLength: max }),
  isInt: () => ({ type: 'integer' }),
  min: ([min]) => ({ minimum: min }),
  max: ([max]) => ({ maximum: max }),
  maxLength: ([max]) => ({ maxLength: max }),
  arrayMaxSize: ([max]) => ({ maxItems: max }),
  isEmail: () => ({ format: 'email' }),
  isUnixTime: ([secondsTo, millisecondsFrom, millisecondsTo]) => ({
    anyOf: [
      { exclusiveMinimum: 0, maximum: secondsTo },
      { minimum: millisecondsFrom, maximum: millisecondsTo },
    ],
  }),
};

/** Ids in a path; what is none of these is 404. */
const PATH_ID = contracts.CONVERSATION_ID_PATTERN.source;

/**
 * Writes the rules of every DTO into the document: patterns, lengths, ranges, and that a body has
 * no members but its own. `@nestjs/swagger` knows types only.
 */
export function describeConstraints(document: OpenAPIObject): void {
  const queries: Json = {};
  for (const dto of Object.values(contracts)) {
    if (typeof dto !== 'function' || dto.prototype === undefined) continue;
    const rules = rulesOf(dto);
    if (dto.name.endsWith('QueryDto')) {
      for (const rule of rules)
        Object.assign((queries[rule.property] ??= {}) as Json, rule.keywords);
    }
    const schema = document.components?.schemas?.[dto.name] as Json | undefined;
    if (!schema || rules.length === 0) continue;
    schema['additionalProperties'] = false;
    const properties = schema['properties'] as Record<string, Json>;
    for (const rule of rules) constrain(properties, rule);
    for (const [name, property] of Object.entries(properties)) {
      if (contracts.isEmptyAllowed(dto, name)) allowEmpty(property);
    }
  }
  describeParameters(document, queries);
  describeOptionalBodies(document);
}

/** A body without a member that must be there may be left out as a whole. */
function describeOptionalBodies(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Json>;
  for (const { requestBody } of operationsOf(document)) {
    if (!requestBody || '$ref' in requestBody) continue;
    const schema = requestBody.content['application/json']?.schema;
    if (!schema || !('$ref' in schema)) continue;
    const dto = schemas[schema.$ref.split('/').at(-1) ?? ''];
    requestBody.required = ((dto?.['required'] ?? []) as unknown[]).length > 0;
  }
}

function operationsOf(document: OpenAPIObject) {
  return Object.values(document.paths).flatMap((path) =>
    [path.get, path.post, path.patch, path.delete].flatMap((operation) => operation ?? []),
  );
}

interface Rule {
  readonly property: string;
  readonly each: boolean;
  readonly keywords: Json;
}

function rulesOf(dto: object): Rule[] {
  const found = getMetadataStorage().getTargetValidationMetadatas(dto as never, '', false, false);
  return found.map(({ propertyName, each, name = '', constraints }) => ({
    property: propertyName,
    each,
    keywords: KEYWORDS[name]?.(constraints) ?? {},
  }));
}

function constrain(properties: Json, { property, each, keywords }: Rule): void {
  const schema = properties[property] as Json | undefined;
  if (!schema) return;
  const target = each ? (schema['items'] as Json) : schema;
  const isNullable = Array.isArray(target['type']);
  const { type, ...others } = keywords;
  // An integer that may be null stays nullable.
  Object.assign(target, others, type && isNullable ? { type: [type, 'null'] } : keywords);
}

/** What an empty text passes by stands in a branch of its own. */
function allowEmpty(property: Json): void {
  const { pattern, minLength, format } = property;
  const rules = Object.entries({ pattern, minLength, format }).filter(([, rule]) => rule);
  for (const [keyword] of rules) delete property[keyword];
  property['anyOf'] = [{ maxLength: 0 }, Object.fromEntries(rules)];
}

function describeParameters(document: OpenAPIObject, queries: Json): void {
  for (const { parameters = [] } of operationsOf(document)) {
    for (const parameter of parameters) {
      if ('$ref' in parameter) continue;
      const rules = parameter.in === 'query' ? (queries[parameter.name] as Json) : undefined;
      Object.assign(parameter.schema ?? {}, rules);
      // A header that a handler reads is described as required; none of ours is.
      if (parameter.in === 'header') parameter.required = false;
      if (parameter.in === 'path') Object.assign(parameter.schema ?? {}, { pattern: PATH_ID });
    }
  }
}
