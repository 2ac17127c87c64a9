import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CREDENTIAL } from '#platform';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';

/** Statuses by route and caller. */
export type AccessTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Who gets which status where in one app; a change of it is a change of who may do what. */
export function accessTable(app: 'avatar' | 'streaming' | 'petya'): AccessTable {
  const text = readFileSync(join(projectRoot, 'test', 'hostile', 'access-table.json'), 'utf8');
  return (JSON.parse(text) as Record<string, AccessTable>)[app] ?? {};
}

/** A route that the router really has. */
export interface RegisteredRoute {
  readonly method: string;
  /** With `:name` places. */
  readonly path: string;
}

interface Layer {
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> };
}

/** Walks Express's router: what is not in this list cannot be called. */
export function registeredRoutes(app: NestExpressApplication): RegisteredRoute[] {
  const express = app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
  const { router } = express;
  return router.stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).map((method) => ({
      method: method.toUpperCase(),
      path: String(route?.path),
    })),
  );
}

/** Methods of one path as one line, for a table that people read. */
export function titleOf({ method, path }: RegisteredRoute): string {
  return `${method} ${path}`;
}

/** The handlers of all routes, and the credential that each declares. */
export function declaredCredentials(app: NestExpressApplication): [name: string, unknown][] {
  const scanner = new MetadataScanner();
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype, name }) => {
    const prototype = metatype?.prototype as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((method): [string, unknown][] => {
      const handler = prototype[method] ?? {};
      if (!Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const declared: unknown = [handler, metatype ?? {}]
        .map((target): unknown => Reflect.getMetadata(CREDENTIAL, target))
        .find((credential) => credential !== undefined);
      return [[`${name}.${method}`, declared]];
    });
  });
}
