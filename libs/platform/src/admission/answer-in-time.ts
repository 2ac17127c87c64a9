import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { AppError } from '../errors/app-error.js';
import { requestContext } from '../http/request-context.js';
import { ADMISSION, type Admission, Admitted, answerDueAtMs } from './admitted.decorator.js';
import { Gate, type Order } from './gate.js';

/** Whoever is told "later" asks again behind that. */
const RETRY_SECONDS = 2;

/**
 * Tells a caller whose time is over to come again, though its call is at work: how long the database
 * takes once it has been asked is not known at the gate. The work goes on and keeps its place, and
 * the same call once more meets what it did.
 */
@Injectable()
export class AnswerInTime implements NestInterceptor {
  private readonly reflector = new Reflector();

  constructor(private readonly gate: Gate) {}

  /** @throws AppError `busy` when the time of the route's `Admitted` is over */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { deadlineMs } = this.reflector.get<Admission>(ADMISSION, context.getHandler());
    const { startedAtMs } = requestContext(context.switchToHttp().getRequest<Request>());
    const leftMs = answerDueAtMs(startedAtMs, deadlineMs) - performance.now();
    return from(this.within(leftMs, firstValueFrom(next.handle())));
  }

  private within<T>(leftMs: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        void this.gate.workOn(work);
        reject(new AppError('busy', { retryAfterSeconds: RETRY_SECONDS }));
      }, leftMs);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

/**
 * As `Admitted`, and a call at work is answered in that time as well: with `busy`, while its work goes
 * on. For routes that wait for nobody but the database, and whose call may be repeated.
 */
export const AnsweredInTime = (order: Order, deadlineMs: number) =>
  applyDecorators(Admitted(order, deadlineMs), UseInterceptors(AnswerInTime));
