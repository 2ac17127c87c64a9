export interface DelayOptions {
  /** Cuts the waiting short. */
  readonly signal?: AbortSignal | undefined;
  /** False where the process need not live on for it. */
  readonly ref?: boolean;
}

/**
 * Waits so many milliseconds. It goes by the timers of the global object, which a test can replace to
 * let hours pass at once; those of `node:timers/promises` nobody can.
 * @throws what the signal was aborted with
 */
export function delay(ms: number, { signal, ref = true }: DelayOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const cutShort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', cutShort);
      resolve();
    }, ms);
    if (!ref) timer.unref();
    signal?.addEventListener('abort', cutShort, { once: true });
  });
}
