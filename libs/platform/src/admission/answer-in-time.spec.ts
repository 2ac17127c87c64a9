import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { firstValueFrom, from } from 'rxjs';
import { requestContext } from '../http/request-context.js';
import { ADMISSION } from './admitted.decorator.js';
import { AnsweredInTime, AnswerInTime } from './answer-in-time.js';
import { Gate } from './gate.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

class Route {
  @AnsweredInTime('second', 3_000)
  say(): void {}
}

/** A call that came so long ago and takes so long more. */
function call({ agoMs = 0, work }: { agoMs?: number; work: Promise<unknown> }) {
  const gate = new Gate({ least: 1, usual: 1, most: 1 });
  gate.tryEnter('second');
  const request = { url: '/', headers: {} } as Request;
  requestContext(request);
  jest.advanceTimersByTime(agoMs);
  const context = {
    getHandler: () => Route.prototype.say,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  const answers = new AnswerInTime(gate).intercept(context, { handle: () => from(work) });
  const said: unknown[] = [];
  const answered = firstValueFrom(answers).then(
    (value) => void said.push(value),
    (error: { code: string; details: unknown }) => void said.push([error.code, error.details]),
  );
  // The guard in front of it gives its place back when the call has its answer.
  void answered.then(() => gate.leave('second', 0));
  return { gate, said };
}

const after = <T>(ms: number, value: T) =>
  new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));
const LATER = ['busy', { retryAfterSeconds: 2 }];

describe('a call that is answered in its time', () => {
  it('is admitted as its route says', () => {
    expect(Reflect.getMetadata(ADMISSION, Route.prototype.say)).toEqual({
      order: 'second',
      deadlineMs: 3_000,
    });
  });

  it('has the answer of its work where that is done by then', async () => {
    const { gate, said } = call({ work: after(2_600, 'stored') });
    await jest.advanceTimersByTimeAsync(2_600);
    expect([said, gate.state.atWork, jest.getTimerCount()]).toEqual([['stored'], 0, 0]);
  });

  it('has its work’s failure', async () => {
    const { said } = call({ work: Promise.reject(Object.assign(new Error(), { code: 'ended' })) });
    await jest.advanceTimersByTimeAsync(0);
    expect([said, jest.getTimerCount()]).toEqual([[['ended', undefined]], 0]);
  });

  it.each([
    [0, 2_700],
    [1_700, 1_000],
  ])('that waited for %i ms is told “later” after %i ms more', async (agoMs, moreMs) => {
    const { said } = call({ agoMs, work: after(60_000, 'stored') });
    await jest.advanceTimersByTimeAsync(moreMs - 1);
    expect(said).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(said).toEqual([LATER]);
  });

  it('keeps its place until its work is done, and no longer', async () => {
    const { gate, said } = call({ work: after(10_000, 'stored') });
    await jest.advanceTimersByTimeAsync(9_999);
    expect([said, gate.state.atWork]).toEqual([[LATER], 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([said, gate.state.atWork]).toEqual([[LATER], 0]);
  });
});
