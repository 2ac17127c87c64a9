import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { isBoardPath } from '../board/board-path.js';
import type { AdminListener } from '../lifecycle/admin-listener.js';

const ADMIN_PATH = '/api/v1/admin/';

/** A path that no route has. */
const NOWHERE = '/';

export function isAdminPath(path: string): boolean {
  return path.startsWith(ADMIN_PATH);
}

/**
 * Where the operator has a port of its own, its routes and the board are there and nowhere else, and
 * nothing but health is there beside them. Elsewhere they are answered as any path that does not exist.
 */
export function adminDoor(listener: AdminListener): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const isAdmin = isAdminPath(request.path) || isBoardPath(request.path);
    const isMeant = listener.owns(request)
      ? isAdmin || request.path.startsWith('/health/')
      : !isAdmin;
    if (!isMeant) request.url = NOWHERE;
    next();
  };
}
