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
  // Read once: Express parses the URL for each reading.
  const { path } = request;
  return methodsOf(request, (layer) => layer.route?.path === path);
}

function methodsOf(request: Request, isMeant: (layer: RouterLayer) => boolean): string[] {
  const router = request.app.router as unknown as { stack: readonly RouterLayer[] };
  const methods = new Set<string>();
  for (const layer of router.stack) {
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
