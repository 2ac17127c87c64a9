import { describe, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors/app-error.js';
import { LargeBodies } from './large-bodies.js';

const request = (length?: number) =>
  ({ headers: length === undefined ? {} : { 'content-length': String(length) } }) as Request;

class Answer extends EventEmitter {
  destroyed = false;
  closed = false;

  close(): void {
    this.destroyed = true;
    this.closed = true;
    this.emit('close');
  }
}

/** Asks for room; `isIn` says whether it is there. */
function ask(bodies: LargeBodies) {
  const answer = new Answer();
  const asked = { answer, isIn: false, refused: '' };
  const room = bodies.roomFor(request(1_000_000), answer as unknown as Response);
  void room.wait().then(
    () => (asked.isIn = true),
    (error: unknown) => (asked.refused = error instanceof AppError ? error.code : 'not ours'),
  );
  return asked;
}

describe('room for large bodies', () => {
  it.each([
    [undefined, false],
    [64 * 1024, false],
    [64 * 1024 + 1, true],
  ])('is needed at once for an announced length of %s: %s', (length, isNeeded) => {
    const room = new LargeBodies().roomFor(request(length), new Answer() as unknown as Response);
    expect(room.isNeededNow).toBe(isNeeded);
  });

  it('is there for some at a time, in the order they came, and free with their answers', async () => {
    const bodies = new LargeBodies(2, 10);
    const all = Array.from({ length: 4 }, () => ask(bodies));
    await nextTurn();
    expect(all.map(({ isIn }) => isIn)).toEqual([true, true, false, false]);
    all[1]?.answer.close();
    await nextTurn();
    expect(all.map(({ isIn }) => isIn)).toEqual([true, true, true, false]);
    all[0]?.answer.close();
    await nextTurn();
    expect(all.map(({ isIn }) => isIn)).toEqual([true, true, true, true]);
  });

  it('is not kept by somebody who went away while waiting', async () => {
    const bodies = new LargeBodies(1, 10);
    const [first, gone, next] = [ask(bodies), ask(bodies), ask(bodies)];
    await nextTurn();
    gone.answer.close();
    first.answer.close();
    await nextTurn();
    expect(next.isIn).toBe(true);
  });

  it('is refused where too many wait, and there again later', async () => {
    const bodies = new LargeBodies(1, 1);
    const [first, second, third] = [ask(bodies), ask(bodies), ask(bodies)];
    await nextTurn();
    expect([second.isIn, third.refused]).toEqual([false, 'overloaded']);
    first.answer.close();
    second.answer.close();
    await nextTurn();
    const later = ask(bodies);
    await nextTurn();
    expect(later.isIn).toBe(true);
  });

  it('is asked for once by each', async () => {
    const bodies = new LargeBodies(1, 10);
    const answer = new Answer();
    const room = bodies.roomFor(request(), answer as unknown as Response);
    await room.wait();
    await room.wait();
    answer.close();
    const next = ask(bodies);
    await nextTurn();
    expect(next.isIn).toBe(true);
  });
});
