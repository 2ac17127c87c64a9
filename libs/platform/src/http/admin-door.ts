import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { isBoardPath } from '../board/board-path.js';
import type { AdminListener } from '../lifecycle/admin-listener.js';
import { METRICS_PATH } from '../telemetry/metrics.js';

const ADMIN_PATH = '/api/v1/admin/';

/** A path that no route has. */
const NOWHERE = '/';

export function isAdminPath(path: string): boolean {
  return path.startsWith(ADMIN_PATH);
}

/** A path of those who run the service: the operator, and what watches over it. */
export function isInnerPath(path: string): boolean {
  return isAdminPath(path) || path === METRICS_PATH;
}

/**
 * Where the operator has a port of its own, its routes and the board are there and nowhere else, and
 * nothing but health is there beside them. Elsewhere they are answered as any path that does not exist.
 */
export function adminDoor(listener: AdminListener): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const isInner = isInnerPath(request.path) || isBoardPath(request.path);
    const isMeant = listener.owns(request)
      ? isInner || request.path.startsWith('/health/')
      : !isInner;
    if (!isMeant) request.url = NOWHERE;
    next();
  };
}
