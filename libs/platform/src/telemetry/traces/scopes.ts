import { AsyncLocalStorage } from 'node:async_hooks';
import { promiseHooks } from 'node:v8';

/** Tells which value the work that runs now was begun under. */
export interface Scopes<T extends object> {
  /** Runs work under a value, with all that it awaits. */
  run<R>(value: T, work: () => R): R;
  /** Undefined where the work was begun under none. */
  getStore(): T | undefined;
  /** Follows nothing any more, until something is run again. */
  disable(): void;
}

/** The first Node.js whose V8 hands the context from one job to the next by itself. */
const HANDED_ON_SINCE = 24;

/** @param version of Node.js */
export function newScopes<T extends object>(version = process.versions.node): Scopes<T> {
  const isHandedOn = Number.parseInt(version, 10) >= HANDED_ON_SINCE;
  return isHandedOn ? new AsyncLocalStorage<T>() : new PromiseScopes<T>();
}

type Carrier<T> = Promise<unknown> & { [scope: symbol]: T };

/**
 * `AsyncLocalStorage` as far as promises reach. Before Node.js 24 that numbers every promise, timer, tick
 * and socket and tells them all to hooks, which costs twice as much. What a callback of a timer or a
 * socket does by itself is under no value here.
 */
export class PromiseScopes<T extends object> implements Scopes<T> {
  readonly run: Scopes<T>['run'];
  readonly getStore: Scopes<T>['getStore'];
  readonly disable: Scopes<T>['disable'];

  constructor() {
    // Variables of the hooks, which run some hundred times a request.
    const scope = Symbol('scope');
    let current: T | undefined;
    const hooks = {
      init: (promise: Promise<unknown>) => {
        if (current) (promise as Carrier<T>)[scope] = current;
      },
      before: (promise: Promise<unknown>) => {
        current = (promise as Carrier<T>)[scope];
      },
      after: () => {
        current = undefined;
      },
    };
    let stop: (() => void) | null = null;
    this.getStore = () => current;
    this.run = (value, work) => {
      stop ??= promiseHooks.createHook(hooks) as () => void;
      const around = current;
      current = value;
      try {
        return work();
      } finally {
        current = around;
      }
    };
    this.disable = () => {
      stop?.();
      stop = null;
      current = undefined;
    };
  }
}
