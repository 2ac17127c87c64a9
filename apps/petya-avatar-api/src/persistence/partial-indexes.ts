/*
 * Filters of indexes that hold only the records with a value. They are ranges, which a query implies
 * by naming a value of the same type; the planner would not take an index with a `$type` filter for it.
 */
export const IS_TEXT = { $gt: '' };
export const IS_TIME = { $gt: new Date(0) };
