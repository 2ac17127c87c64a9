import { describe, expect, it } from '@jest/globals';
import type { Request, RequestHandler, Response } from 'express';
import { inOrder } from './in-order.js';

/** What was called, in its order. */
function run(handlers: readonly RequestHandler[]): unknown[] {
  const calls: unknown[] = [];
  const told = handlers.map((handler, index): RequestHandler => (request, response, next) => {
    calls.push(index);
    return handler(request, response, next);
  });
  inOrder(told)({} as Request, {} as Response, (error?: unknown) => calls.push(['done', error]));
  return calls;
}

const passOn: RequestHandler = (_request, _response, next) => next();
const answer: RequestHandler = () => undefined;
const problem = new Error('no');
const fail: RequestHandler = (_request, _response, next) => next(problem);
const throwIt: RequestHandler = () => {
  throw problem;
};

describe('several middlewares in one', () => {
  it.each([
    ['none', [], [['done', undefined]]],
    ['all pass it on', [passOn, passOn], [0, 1, ['done', undefined]]],
    ['one answers', [passOn, answer, passOn], [0, 1]],
    ['one fails', [passOn, fail, passOn], [0, 1, ['done', problem]]],
    ['one throws', [passOn, throwIt, passOn], [0, 1, ['done', problem]]],
  ])('%s', (_what, handlers, calls) => {
    expect(run(handlers)).toEqual(calls);
  });

  it('may be used by many requests at once, which do not mind each other', () => {
    const waiting: (() => void)[] = [];
    const wait: RequestHandler = (_request, _response, next) => void waiting.push(next);
    const middleware = inOrder([wait, wait]);
    const done: string[] = [];
    for (const name of ['one', 'two']) {
      middleware({} as Request, {} as Response, () => done.push(name));
    }
    waiting[1]?.();
    waiting[2]?.();
    expect(done).toEqual(['two']);
    waiting[0]?.();
    waiting[3]?.();
    expect(done).toEqual(['two', 'one']);
  });
});
