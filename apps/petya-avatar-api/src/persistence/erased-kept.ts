/**
 * How long what was erased is known not to come back: longer than any delivery is retried before
 * somebody looks at it.
 */
export const ERASED_KEPT_SECONDS = 90 * 24 * 60 * 60;
