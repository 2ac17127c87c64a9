import { mongo } from 'mongoose';

/**
 * Ends what takes too long. The driver's own `timeoutMS` has no effect since 7.8, and its other limits
 * are each for a part of an attempt, of which there are two.
 * @param operation may go on behind the deadline where it takes no notice of the signal
 * @param stop tells the operation's signal; of an operation with several parts, that of all of them
 * @throws mongo.MongoNetworkTimeoutError behind the deadline: what was to be written may be written
 */
export async function withinDeadline<T>(
  deadlineMs: number,
  operation: (signal: AbortSignal) => PromiseLike<T>,
  stop = new AbortController(),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new mongo.MongoNetworkTimeoutError(`no answer within ${deadlineMs} ms`);
      reject(error);
      stop.abort(error);
    }, deadlineMs);
  });
  try {
    return await Promise.race([operation(stop.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
