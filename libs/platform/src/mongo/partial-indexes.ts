/**
 * Filter of an index that holds only records with a text: `partialFilterExpression: { name: IS_TEXT }`.
 * A range, which a query implies by naming a text; the planner would not take an index with a `$type`
 * filter for it.
 */
export const IS_TEXT = { $gt: '' };

/** As `IS_TEXT`, for records with a time. */
export const IS_TIME = { $gt: new Date(0) };
