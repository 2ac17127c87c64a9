import { AppError, type ErrorTable, mayRefuse, platformErrors } from '#platform';

/** Every code this app throws, with its status and text. */
export const petyaErrors = {
  ...platformErrors,
  user_hash_invalid: {
    status: 401,
    sequence: 50,
    message:
      'This userHash does not fit the userId. Make it on your server: HMAC-SHA-256 of the userId as it is sent, in UTF-8, with a secret key (SK_) of this account as the key, in hex.',
    retryable: false,
  },
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
    message:
      'This externalId names a conversation of another visitor. Open one without it, or show who asks: X-Visitor-Token, or userId and userHash at /visitors/init.',
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

/** Says to the API description by which problems a route, or each of a controller, may refuse. */
export function MayRefuse(...codes: readonly PetyaErrorCode[]) {
  return mayRefuse(...codes);
}

/** The one error class of this app. */
export class PetyaError extends AppError<PetyaErrorCode> {}

/** `not_found`, in one sentence whoever's it is, so that it tells nothing of whether it is there. */
export function noVisitor(): PetyaError {
  const advice =
    ' No visitor of this caller has this id, or no longer: begin anew without this visitorId.';
  return new PetyaError('not_found', { params: { advice } });
}

/** `not_found` for the operator, or for ilianaai-avatar: who may know what there is. */
export function nothingOf(what: keyof typeof ADVICE): PetyaError {
  return new PetyaError('not_found', { params: { advice: ADVICE[what] } });
}

const ADVICE = {
  account: ' No account has this id.',
  key: ' This account has no key with this id: it is the `keyId` of the list.',
  visitor: ' This account has no visitor with this id.',
  conversation: ' This account has no conversation with this id.',
  delivery:
    ' No conversation has this id, and none is made for it here: name the account in accountId.',
  erasure: ' No open order has this id.',
} as const;

/** As `noVisitor`. */
export function noConversation(): PetyaError {
  const advice =
    ' No conversation of this caller has this id, or no longer: open another conversation.';
  return new PetyaError('not_found', { params: { advice } });
}

/** `not_found` for whoever shows the token of a visitor that was erased. */
export function visitorGone(): PetyaError {
  const advice =
    ' The visitor of this token is no longer known: begin anew without X-Visitor-Token.';
  return new PetyaError('not_found', { params: { advice } });
}
