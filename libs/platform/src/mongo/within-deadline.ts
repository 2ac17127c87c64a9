import { mongo } from 'mongoose';
import { StopSignal } from './stop-signal.js';

/**
 * Ends what takes too long. The driver's own `timeoutMS` has no effect since 7.8, and its other limits
 * are each for a part of an attempt, of which there are two.
 * @param operation may go on behind the deadline where it takes no notice of the signal
 * @param stop what the operation is told by; of one with several parts, that of all of them
 * @throws mongo.MongoNetworkTimeoutError behind the deadline: what was to be written may be written
 */
export function withinDeadline<T>(
  deadlineMs: number,
  operation: (signal: AbortSignal) => Promise<T>,
  stop = new StopSignal(),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = new mongo.MongoNetworkTimeoutError(`no answer within ${deadlineMs} ms`);
      reject(error);
      stop.abort(error);
    }, deadlineMs);
    operation(stop.asAbortSignal()).then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
