import { types } from 'node:util';

interface Waiter<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (reason: unknown) => void;
}

/**
 * Gathers single writes, or reads, into groups without ever waiting on a timer: one commit is in flight at a
 * time, and everything that arrives meanwhile goes into the next one, in the order of arrival.
 *
 * `commit` gets 1 to `maxGroup` items and resolves with one result for each, in the same order, once
 * all of them are durable. A result that is an Error rejects that one `add`; a rejected commit
 * rejects every `add` of its group, and the groups behind it go on.
 */
export class GroupCommit<T, R> {
  private readonly commit: (items: T[]) => Promise<(R | Error)[]>;
  private readonly maxGroup: number;
  private queue: Waiter<T, R>[] = [];
  private running = false;
  private idleWaiters: (() => void)[] = [];

  /** @throws RangeError when `maxGroup` is not a whole number from 1. */
  constructor(commit: (items: T[]) => Promise<(R | Error)[]>, { maxGroup }: { maxGroup: number }) {
    if (!Number.isInteger(maxGroup) || maxGroup < 1) {
      throw new RangeError('maxGroup must be a whole number from 1');
    }
    this.commit = commit;
    this.maxGroup = maxGroup;
  }

  /** Resolves with the item's own result when it is durable. A lone item is committed before this returns. */
  add(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  /** Resolves when nothing is queued or in flight, whether the commits before it went well or not. */
  idle(): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.queue.length > 0) {
      await this.commitGroup(this.queue.splice(0, this.maxGroup));
      // A writer that was just answered often adds its next item at once. Were the next group to
      // start before those continuations ran, groups would alternate between one item and the rest.
      await afterPendingMicrotasks();
    }
    this.running = false;
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  private async commitGroup(group: Waiter<T, R>[]): Promise<void> {
    try {
      const results = await this.commit(group.map((waiter) => waiter.item));
      if (results.length !== group.length) {
        throw new Error(`commit answered ${results.length} results for ${group.length} items`);
      }
      for (const [index, waiter] of group.entries()) settle(waiter, results[index] as R | Error);
    } catch (reason) {
      for (const waiter of group) waiter.reject(reason);
    }
  }
}

function settle<T, R>(waiter: Waiter<T, R>, result: R | Error): void {
  // Not `instanceof`: errors of Node's own modules may come from another realm than ours.
  if (types.isNativeError(result)) waiter.reject(result);
  else waiter.resolve(result);
}

/** `process.nextTick` called from a promise job runs once the promise jobs are done, before any I/O or timer. */
function afterPendingMicrotasks(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
