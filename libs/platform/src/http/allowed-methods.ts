import type { Request } from 'express';

/** The part of Express 5's router that tells which routes there are. */
interface RouterLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** Methods that some route takes on the path of this request, in the order of `METHODS`. */
export function allowedMethods(request: Request): string[] {
  const router = request.app.router as unknown as { stack: readonly RouterLayer[] };
  const methods = new Set<string>();
  for (const layer of router.stack) {
    if (!layer.route || !matches(layer, request.path)) continue;
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
