import type { Request } from 'express';

/** The part of Express 5's router that tells which routes there are. */
interface RouterLayer {
  readonly route?: {
    readonly path: unknown;
    readonly methods: Readonly<Record<string, boolean>>;
  };
  match(path: string): boolean;
}

/** Methods that some route takes on the path of this request, in the order of `METHODS`. */
export function allowedMethods(request: Request): string[] {
  return methodsOf(request, (layer) => matches(layer, request.path));
}

/**
 * Methods of the routes that spell out this request's path, where there are any. A path such as
 * `/v1/sessions/token` also matches `/v1/sessions/:session_id`, but is no session's id.
 */
export function methodsOfLiteralPath(request: Request): string[] {
  return literalPaths(request).get(request.path) ?? [];
}

/** By router and how many layers it had, since layers are only ever added. */
const knownPaths = new WeakMap<object, { readonly layers: number; readonly paths: PathMethods }>();

type PathMethods = ReadonlyMap<string, string[]>;

function literalPaths(request: Request): PathMethods {
  const { stack } = routerOf(request);
  const known = knownPaths.get(stack);
  if (known?.layers === stack.length) return known.paths;
  const spelled = stack.flatMap(({ route }) => (typeof route?.path === 'string' ? route.path : []));
  const paths = new Map(
    spelled.map((path) => [path, methodsOf(request, (layer) => layer.route?.path === path)]),
  );
  knownPaths.set(stack, { layers: stack.length, paths });
  return paths;
}

function routerOf(request: Request) {
  return request.app.router as unknown as { readonly stack: readonly RouterLayer[] };
}

function methodsOf(request: Request, isMeant: (layer: RouterLayer) => boolean): string[] {
  const methods = new Set<string>();
  for (const layer of routerOf(request).stack) {
    if (!layer.route || !isMeant(layer)) continue;
    for (const [name, taken] of Object.entries(layer.route.methods)) {
      if (taken && name !== '_all') methods.add(name.toUpperCase());
    }
  }
  if (methods.has('GET')) methods.add('HEAD');
  return METHODS.filter((method) => methods.has(method));
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A broken escape in the path makes the matcher throw; such a path has no methods. */
function matches(layer: RouterLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
