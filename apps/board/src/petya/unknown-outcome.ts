import { Problem } from '../shared/problem.js';

/**
 * For an order that makes something, which is not the same when it is done twice.
 * @throws Problem `unknown_outcome` where nobody knows whether it was made
 */
export async function madeOnce<T>(order: Promise<T>): Promise<T> {
  try {
    return await order;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 0) throw error;
    throw new Problem('There was no answer, so it may be made all the same.', 0, 'unknown_outcome');
  }
}
