import { type CanActivate, type ExecutionContext, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { requestContext } from '../http/request-context.js';
import { whenAnswered } from '../http/when-answered.js';
import { ADMISSION, type Admission, answerDueAtMs, DEADLINE_MS } from './admitted.decorator.js';
import type { Gate, Order } from './gate.js';

/** How a route is admitted that says nothing of it. */
const USUAL: Admission = { order: 'third', deadlineMs: DEADLINE_MS };

/** While calls are refused a line says so this often. */
const SAY_AGAIN_MS = 10_000;

/**
 * Takes each call through the gate, behind the guards that judge its credential and read its body: it
 * has a place until it is answered. A caller that hangs up while it waits is not worked for.
 */
export class AdmissionGuard implements CanActivate {
  private readonly logger = new Logger('Gate');
  private readonly reflector = new Reflector();
  private readonly known = new Map<unknown, Admission>();
  private saidAtMs = -SAY_AGAIN_MS;

  constructor(private readonly gate: Gate) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { order, deadlineMs } = this.admissionOf(context);
    if (order === 'first') return true;
    const response = context.switchToHttp().getResponse<Response>();
    if (this.gate.tryEnter(order)) {
      this.hold(order, response);
      return true;
    }
    return this.wait(order, deadlineMs, response);
  }

  private async wait(order: Order, deadlineMs: number, response: Response) {
    const cameAtMs = requestContext(response.req as Request).startedAtMs;
    try {
      const dueAtMs = answerDueAtMs(cameAtMs, deadlineMs);
      const waiting = this.gate.wait(order, { cameAtMs, dueAtMs });
      response.once('close', waiting.forget);
      // Gone before anybody could hear of it.
      if (response.closed) waiting.forget();
      await waiting.admitted;
      response.off('close', waiting.forget);
    } catch (error) {
      this.say();
      throw error;
    }
    this.hold(order, response);
    return true;
  }

  private hold(order: Order, response: Response): void {
    const fromMs = performance.now();
    whenAnswered(response, () => this.gate.leave(order, performance.now() - fromMs));
  }

  private admissionOf(context: ExecutionContext): Admission {
    const handler = context.getHandler();
    const known = this.known.get(handler);
    if (known) return known;
    const targets = [handler, context.getClass()];
    const said = this.reflector.getAllAndOverride<Admission | undefined>(ADMISSION, targets);
    const admission = said ?? USUAL;
    this.known.set(handler, admission);
    return admission;
  }

  private say(): void {
    const nowMs = performance.now();
    if (nowMs - this.saidAtMs < SAY_AGAIN_MS) return;
    this.saidAtMs = nowMs;
    this.logger.warn({ moreThanCanBeAnswered: this.gate.state });
  }
}
