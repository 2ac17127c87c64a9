import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { endUnread } from '../http/end-unread.js';
import { requestContext } from '../http/request-context.js';
import { allowedMethods } from '../http/allowed-methods.js';
import { AppError } from './app-error.js';
import { describeCause } from './describe-cause.js';
import type { ErrorTable } from './error-table.js';
import { toAppError } from './to-app-error.js';
import { writeError } from './write-error.js';

export interface FilterOptions {
  readonly errors: ErrorTable;
  /** Paths whose errors go out as the vendors' SDKs expect them. */
  readonly vendorShaped: (path: string) => boolean;
}

/** The one place that turns errors into answers. */
@Catch()
export class AppExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(private readonly options: FilterOptions) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** Also used by the middleware that runs before Nest's router. */
  answer(thrown: unknown, request: Request, response: Response): void {
    const context = requestContext(request);
    const error = this.refine(toAppError(thrown), request);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const end = request.complete ? undefined : endUnread(request, response);
    const body = writeError(response, error, this.options.errors, {
      end,
      requestId: context.requestId,
      vendorShaped: this.options.vendorShaped(context.path),
      accept: request.headers.accept,
    });
    context.problem = error.code;
    if (body.status >= 500 && error.cause) {
      this.logger.error({
        problem: error.code,
        requestId: context.requestId,
        ...(context.traceId ? { traceId: context.traceId } : {}),
        cause: describeCause(error.cause),
      });
    }
  }

  /**
   * Nest answers 404 for a wrong method; the caller is better served by 405 and `Allow`. A slash too many,
   * as of an address that ends with one, is told.
   */
  private refine(error: AppError, request: Request): AppError {
    if (error.code !== 'not_found' || request.route) return error;
    const allow = allowedMethods(request);
    if (allow.length > 0 && !allow.includes(request.method)) {
      return new AppError('method_not_allowed', { allow });
    }
    if (!hasEmptySegment(request.path)) return error;
    const advice = ' The path has a slash too many, at its end or twice in a row.';
    return new AppError('not_found', { params: { advice } });
  }
}

/** Whether a path has a slash that nothing follows up to the next one. */
export function hasEmptySegment(path: string): boolean {
  return path.length > 1 && /\/(?:\/|$)/.test(path);
}
