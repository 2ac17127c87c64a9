import type { Document } from 'mongodb';

/** A document of members, and no id, date or expression of the driver. */
export function isPlain(value: unknown): value is Document {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
