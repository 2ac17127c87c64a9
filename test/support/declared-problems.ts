import type { INestApplicationContext } from '@nestjs/common';
import { problemsOfRoutes, type RouteProblems } from '#platform';
import {
  PROBLEMS_OF_ANY,
  PROBLEMS_OF_BODIES,
  PROBLEMS_OF_WORK,
} from '../../libs/platform/src/openapi/problems.js';
import type { Answer } from './json-client.js';

/**
 * Problems that need no declaration: of any request, of a wrong method or a body nobody asked for, and of
 * routes that are switched off, which are not described.
 */
const OF_ANY: readonly string[] = [
  ...PROBLEMS_OF_ANY,
  ...PROBLEMS_OF_BODIES,
  ...PROBLEMS_OF_WORK,
  'method_not_allowed',
  'heygen_disabled',
  'liveavatar_disabled',
];

const knownRoutes = new WeakMap<INestApplicationContext, readonly RouteProblems[]>();

/**
 * Holds a refusal of an app to what its route declares by `MayRefuse`, whatever the test is about, so
 * that the API description names every problem that comes.
 * @param path as it was asked for
 * @throws Error for a problem that the route does not declare
 */
export function holdDeclared<T>(
  app: INestApplicationContext,
  method: string,
  path: string,
  answer: Answer<T>,
): Answer<T> {
  const { type = '' } = (answer.body ?? {}) as { type?: string };
  const code = type.replace('urn:problem:', '');
  if (answer.status < 400 || code === '' || OF_ANY.includes(code)) return answer;
  const route = routeOf(app, method, path);
  if (!route || route.codes.includes(code)) return answer;
  // The operator's routes may be elsewhere, or nowhere; then they are not described here.
  if (code === 'not_found' && route.path.includes('/admin/')) return answer;
  throw new Error(`${route.method} ${route.path} answers ${code}, which it does not declare`);
}

/** The route that takes a path; one that spells it out goes before one with places. */
function routeOf(app: INestApplicationContext, method: string, path: string) {
  const routes = knownRoutes.get(app) ?? problemsOfRoutes(app);
  knownRoutes.set(app, routes);
  const [asked = ''] = path.split('?');
  const found = routes.filter((route) => route.method === method && patternOf(route).test(asked));
  return found.find((route) => route.path === asked) ?? found[0];
}

function patternOf({ path }: RouteProblems): RegExp {
  return new RegExp(
    `^(?:/api/v1/avatar)?${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`,
  );
}
