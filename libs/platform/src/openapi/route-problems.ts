import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

const PROBLEMS = 'problems';

/**
 * Says by which problems of its own a route may refuse, or every route of a controller. Several of
 * these on one route add up. What any request may meet is known without.
 * @param codes of the app's error table
 */
export function mayRefuse(...codes: readonly string[]): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const place = (descriptor?.value ?? target) as object;
    Reflect.defineMetadata(PROBLEMS, [...declaredAt(place), ...codes], place);
  };
}

function declaredAt(place: object): readonly string[] {
  return (Reflect.getOwnMetadata(PROBLEMS, place) as readonly string[] | undefined) ?? [];
}

/** One route, as the app's router has it. */
export interface RouteProblems {
  /** In upper case. */
  readonly method: string;
  /** As OpenAPI writes it, with `{name}` places. */
  readonly path: string;
  readonly codes: readonly string[];
}

/** What every route of an app has declared by `mayRefuse`. */
export function problemsOfRoutes(app: INestApplicationContext): RouteProblems[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (metatype ? ofController(metatype) : []));
}

function ofController(controller: Function): RouteProblems[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name] ?? {};
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const parts = [controller, handler].map((place) =>
      String(Reflect.getMetadata(PATH_METADATA, place)),
    );
    return [
      {
        method: RequestMethod[method],
        path: describedPath(parts),
        codes: [...new Set([...declaredAt(controller), ...declaredAt(handler)])],
      },
    ];
  });
}

function describedPath(parts: readonly string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/').replace(/:(\w+)/g, '{$1}')}`;
}
