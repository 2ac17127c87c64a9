import { Logger } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';
import { describeCause } from '../errors/describe-cause.js';
import type { End, Fact, Operation } from './operation.js';

/** What an observer makes of one operation. */
export interface Observation {
  /** Runs the operation, in an async context of the observer's where it has one. */
  within<T>(work: () => T): T;
  end(end: End): void;
}

/** Somebody who wants to know what the app does, and how long it takes. It has to be quick. */
export interface Observer {
  /** @returns null for what it does not care about */
  begin(operation: Operation): Observation | null;
  note?(fact: Fact): void;
  /** The `traceparent` of a call that goes out now; null where it is part of nothing. */
  traceparent?(): string | null;
}

/** What the outcome of an operation is called. */
export interface Outcomes<T> {
  /** Without it: `ok`. */
  readonly of?: (result: T) => string;
  /** Without it: the problem's code, or `failed`. */
  readonly failed?: (error: unknown) => string;
}

/**
 * Where the code says what it does. Nobody observes it at first, and then it costs next to nothing. An
 * observer that fails is not heard: the work goes on.
 */
export class Telemetry {
  private readonly logger = new Logger('Telemetry');
  private readonly observers: Observer[] = [];
  private isFailing = false;

  /** Lets somebody observe everything that begins from now on. */
  observe(observer: Observer): void {
    this.observers.push(observer);
  }

  /**
   * For what begins in one place and ends in another.
   * @returns what is to be told of the end, once; null where nobody observes
   */
  begin(operation: Operation): Observation | null {
    let begun: Observation | null = null;
    for (const observer of this.observers) {
      const observation = this.begunBy(observer, operation);
      if (!observation) continue;
      const quiet = new Quiet(observation, this.unheard);
      begun = begun ? new Both(begun, quiet) : quiet;
    }
    return begun;
  }

  /** Runs an operation. @throws what `work` throws */
  run<T>(operation: Operation, work: () => Promise<T>, outcomes: Outcomes<T> = {}): Promise<T> {
    const observation = this.begin(operation);
    return observation ? observed(observation, work, outcomes) : work();
  }

  /** Tells of something that has happened. */
  note(fact: Fact): void {
    for (const observer of this.observers) this.quietly(() => observer.note?.(fact));
  }

  /** The headers by which another service sees what it is asked now as part of a trace; none where nobody traces. */
  outgoing(): Readonly<Record<string, string>> {
    for (const observer of this.observers) {
      const traceparent = this.quietly(() => observer.traceparent?.() ?? null);
      if (traceparent !== null) return { traceparent };
    }
    return {};
  }

  private begunBy(observer: Observer, operation: Operation): Observation | null {
    try {
      return observer.begin(operation);
    } catch (error) {
      this.unheard(error);
      return null;
    }
  }

  private quietly<T>(tell: () => T): T | null {
    try {
      return tell();
    } catch (error) {
      this.unheard(error);
      return null;
    }
  }

  private readonly unheard = (error: unknown): void => {
    if (!this.isFailing) this.logger.warn({ notObserved: describeCause(error) });
    this.isFailing = true;
  };
}

/** What an observer makes of an operation, whose failure at the end harms nobody. */
class Quiet implements Observation {
  constructor(
    private readonly inner: Observation,
    private readonly onError: (error: unknown) => void,
  ) {}

  within<T>(work: () => T): T {
    return this.inner.within(work);
  }

  end(end: End): void {
    try {
      this.inner.end(end);
    } catch (error) {
      this.onError(error);
    }
  }
}

/** What two make of it; the later one's context is around the earlier one's. */
class Both implements Observation {
  constructor(
    private readonly earlier: Observation,
    private readonly later: Observation,
  ) {}

  within<T>(work: () => T): T {
    return this.later.within(() => this.earlier.within(work));
  }

  end(end: End): void {
    this.earlier.end(end);
    this.later.end(end);
  }
}

/** One promise more, where an async function has three: each of them is followed, where somebody traces. */
function observed<T>(
  observation: Observation,
  work: () => Promise<T>,
  { of, failed = failureOf }: Outcomes<T>,
): Promise<T> {
  const fail = (error: unknown): never => {
    observation.end({ outcome: failed(error) });
    throw error;
  };
  const succeed = (result: T): T => {
    observation.end({ outcome: of ? of(result) : 'ok' });
    return result;
  };
  return begun(observation, work).then(succeed, fail);
}

/** Work that throws before it is a promise has failed like another. */
function begun<T>(observation: Observation, work: () => Promise<T>): Promise<T> {
  try {
    return observation.within(work);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The problem's code, of which there are as many as the errors' table has. */
function failureOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'failed';
}
