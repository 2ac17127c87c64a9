import type { OpenAPIObject } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import * as contracts from '#contracts';
import { isUnknownIgnored } from '#contracts/validators';
import { isJson, type Json, operationsOf } from './walk.js';

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
      { type: 'number', exclusiveMinimum: 0, maximum: secondsTo },
      { type: 'number', minimum: millisecondsFrom, maximum: millisecondsTo },
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
    schema['additionalProperties'] = isUnknownIgnored(dto);
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
  for (const { operation } of operationsOf(document)) {
    const { requestBody } = operation;
    if (!requestBody || '$ref' in requestBody) continue;
    const schema = requestBody.content['application/json']?.schema;
    if (!schema || !('$ref' in schema)) continue;
    const dto = schemas[schema.$ref.split('/').at(-1) ?? ''];
    requestBody.required = ((dto?.['required'] ?? []) as unknown[]).length > 0;
  }
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
  const schema = properties[property];
  const target = isJson(schema) && each ? schema['items'] : schema;
  if (isJson(target)) apply(keywords, target);
}

/** Lays keywords over a schema, as far as they are about its type. */
function apply(keywords: Json, schema: Json): void {
  const { type, pattern, ...others } = keywords;
  Object.assign(schema, others);
  const isNullable = Array.isArray(schema['type']);
  // Branches have types of their own, and a generated client reads one or the other.
  if ('anyOf' in others) delete schema['type'];
  // An integer that may be null stays nullable.
  if (type !== undefined) schema['type'] = isNullable ? [type, 'null'] : type;
  // What is a number to the caller is a text in a query, and has a pattern there.
  if (pattern !== undefined && [schema['type']].flat().includes('string')) {
    schema['pattern'] = pattern;
  }
}

/** What an empty text passes by stands in a branch of its own. */
function allowEmpty(property: Json): void {
  const { type, pattern, minLength, maxLength, format } = property;
  const rules = Object.entries({ pattern, minLength, maxLength, format }).filter(
    ([, rule]) => rule !== undefined,
  );
  for (const keyword of ['type', ...rules.map(([name]) => name)]) delete property[keyword];
  property['anyOf'] = [
    { type, maxLength: 0 },
    { type, ...Object.fromEntries(rules) },
  ];
}

function describeParameters(document: OpenAPIObject, queries: Json): void {
  for (const { operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) {
      if ('$ref' in parameter || !isJson(parameter.schema)) continue;
      const rules = queries[parameter.name];
      if (parameter.in === 'query' && isJson(rules)) apply(rules, parameter.schema);
      // A header that a handler reads is described as required; none of ours is.
      if (parameter.in === 'header') parameter.required = false;
      if (parameter.in === 'path') parameter.schema['pattern'] = PATH_ID;
    }
  }
}
