import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import type { Outcome } from './outcome.js';

/** Answers 201 for what this call made and 200 for what was there, with the outcome's body. */
@Injectable()
export class CreatedOrFoundInterceptor implements NestInterceptor<Outcome<unknown>, unknown> {
  intercept(context: ExecutionContext, next: CallHandler<Outcome<unknown>>): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((outcome) => {
        response.status(outcome.created ? 201 : 200);
        return outcome.body;
      }),
    );
  }
}
