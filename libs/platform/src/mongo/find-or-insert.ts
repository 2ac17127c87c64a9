import { AppError } from '../errors/app-error.js';

/** The second finds it gone only where one election follows another. */
const ATTEMPTS = 3;

/**
 * What a unique index has refused an insert for, or the insert after all: what stood there may be
 * gone when it is looked at, undone by an election or removed.
 * @param find null where nothing stands
 * @param insert null where it is refused again
 * @throws AppError `unavailable` where it is neither there nor gone
 */
export async function findOrInsert<F, I>(
  find: () => Promise<F | null>,
  insert: () => Promise<I | null>,
): Promise<F | I> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const result = (await find()) ?? (await insert());
    if (result !== null) return result;
  }
  throw new AppError('unavailable');
}
