import { AppError, type ErrorTable, platformErrors } from '#platform';

/** Every code this app throws, with its status and text. */
export const petyaErrors = {
  ...platformErrors,
  delivery_conflict: {
    status: 409,
    sequence: 50,
    message: 'This version was already delivered with other content.',
    retryable: false,
  },
  key_taken: {
    status: 409,
    sequence: 51,
    message: 'This key is already in use.',
    retryable: false,
  },
  sessions_live: {
    status: 409,
    sequence: 52,
    message: 'The account has live sessions. End them first, or delete with force=true.',
    retryable: true,
  },
  conversation_taken: {
    status: 409,
    sequence: 53,
    message: 'This externalId names a conversation of another visitor.',
    retryable: false,
  },
  erased: {
    status: 410,
    sequence: 50,
    message: 'Whom or what this is about was erased. Erase what you hold of it too.',
    retryable: false,
  },
  conversation_full: {
    status: 413,
    sequence: 50,
    message: 'The conversation cannot hold this transcript: it would outgrow 12 MiB.',
    retryable: false,
  },
} as const satisfies ErrorTable;

export type PetyaErrorCode = keyof typeof petyaErrors;

/** The one error class of this app. */
export class PetyaError extends AppError<PetyaErrorCode> {}
