import type { OpenAPIObject } from '@nestjs/swagger';
import { isJson, type Json, operationsOf } from './walk.js';

/** Takes operations out of a description that are not served, and then whatever only they needed. */
export function hideOperations(
  document: OpenAPIObject,
  isHidden: (path: string, tags: readonly string[]) => boolean,
): void {
  for (const { path, method, operation } of operationsOf(document)) {
    const item = document.paths[path];
    if (item && isHidden(path, operation.tags ?? [])) delete item[method];
  }
  for (const [path, item] of Object.entries(document.paths)) {
    if (Object.keys(item).length === 0) delete document.paths[path];
  }
}

/** Takes out components, tags and security schemes that nothing names. */
export function dropUnused(document: OpenAPIObject): void {
  const components = (document.components ?? {}) as Record<string, Json>;
  const reached = reachedFrom(document.paths, components);
  for (const [kind, parts] of Object.entries(components)) {
    if (kind === 'securitySchemes') continue;
    for (const name of Object.keys(parts)) {
      if (!reached.has(`#/components/${kind}/${name}`)) delete parts[name];
    }
  }
  const operations = operationsOf(document).map(({ operation }) => operation);
  const tags = new Set(operations.flatMap((operation) => operation.tags ?? []));
  document.tags = (document.tags ?? []).filter(({ name }) => tags.has(name));
  const schemes = new Set(
    operations.flatMap(({ security = [] }) => security.flatMap((each) => Object.keys(each))),
  );
  const known = components['securitySchemes'] ?? {};
  for (const name of Object.keys(known)) if (!schemes.has(name)) delete known[name];
}

/** The references that lead on from a part, and those that lead on from there. */
function reachedFrom(part: unknown, components: Readonly<Record<string, Json>>): Set<string> {
  const reached = new Set<string>();
  const follow = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(follow);
    if (!isJson(value)) return;
    const reference = value['$ref'];
    if (typeof reference === 'string' && !reached.has(reference)) {
      reached.add(reference);
      const [, , kind = '', name = ''] = reference.split('/');
      follow(components[kind]?.[name]);
    }
    Object.values(value).forEach(follow);
  };
  follow(part);
  return reached;
}
