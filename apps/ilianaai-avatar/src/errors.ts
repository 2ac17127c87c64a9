import { AppError, type ErrorTable, mayRefuse, platformErrors } from '#platform';

/** Every problem this app can answer with, on one screen. */
export const avatarErrors = {
  ...platformErrors,
  session_token_needed: entry(
    401,
    50,
    "This needs the session's own token: send it as Authorization: Bearer.",
  ),
  avatar_disabled: entry(403, 50, 'The avatar of this account is switched off.'),
  plugin_not_built: entry(
    404,
    50,
    'The chat plugin was not built here. Whoever runs this service runs npm run build:plugin and starts it again.',
  ),
  message_conflict: entry(409, 50, 'This message_id was already used with another text.'),
  idempotency_running: entry(
    409,
    51,
    'The first request with this Idempotency-Key still runs.',
    true,
  ),
  visitor_has_session: entry(409, 52, 'This visitor already has a live session.', true),
  not_started: entry(409, 54, 'This session has not been started yet.', true),
  not_parked: entry(409, 53, 'Only a parked session can be released.'),
  count_differs: entry(
    409,
    56,
    'Live now: {live}. Another number was expected, so none was stopped.',
  ),
  not_delivered: entry(
    409,
    57,
    'Only a transcript that Petya has confirmed can be delivered again.',
  ),
  turns_gone: entry(
    409,
    58,
    'What was said is gone here, or goes in a moment: delivered again, Petya would have less than it has.',
  ),
  session_started_elsewhere: entry(
    409,
    55,
    'Another token has started this session. Ask for a new one.',
  ),
  session_ended: entry(410, 50, 'This session has ended. Ask for a new token.'),
  heygen_disabled: entry(
    410,
    51,
    'HeyGen streaming is off here: HEYGEN_API_KEY is not set, or HEYGEN_ENABLED is false. Use /v1/sessions.',
  ),
  liveavatar_disabled: entry(
    410,
    53,
    'LiveAvatar is off here: LIVEAVATAR_API_KEY is not set. Use /v1/streaming.new.',
  ),
  heygen_sunset: entry(410, 52, 'The vendor has retired HeyGen streaming. Use /v1/sessions.'),
  idempotency_mismatch: entry(422, 50, 'This Idempotency-Key was used with another body.'),
  account_full: entry(
    429,
    50,
    'All {count} avatar sessions of this account are taken. Try again when one ends.',
    true,
  ),
  minutes_used_up: entry(
    429,
    51,
    "The avatar minutes of this account are used up until the {period} ends. Go on in writing, or raise the account's limit.",
    true,
  ),
  upgrade_required: entry(
    426,
    50,
    'This is a WebSocket. The request came without an upgrade: a proxy in between must speak HTTP/1.1 to this service and pass on the headers Upgrade and Connection.',
  ),
  vendor_unreachable: entry(502, 50, 'The avatar service could not be reached.', true),
  vendor_garbled: entry(502, 51, 'The avatar service gave an answer that makes no sense.', true),
  avatar_rejected: entry(
    502,
    52,
    "The avatar service does not take this account's avatar. Set avatarId to an avatar it knows, or LIVEAVATAR_DEFAULT_AVATAR_ID.",
  ),
  setting_rejected: entry(
    502,
    54,
    "The avatar service does not take this account's {setting}. Set it to what the vendor's account has and its plan allows.",
  ),
  voice_agent_unfit: entry(
    502,
    55,
    "This account's voice agent opens a LITE session, which has no avatar of ours to speak. Set voiceAgentId to an agent of type liveavatar_agent.",
  ),
  vendor_refused: {
    ...entry(502, 53, 'The avatar service refused this request.'),
    isVendorsStatus: true,
  },
  vendor_auth: entry(503, 50, 'The avatar service does not accept our credentials.'),
  vendor_quota: entry(503, 51, 'The avatar service has no credits left.', true),
  vendor_full: entry(503, 52, 'The avatar service has no free session now.', true),
  vendor_busy: entry(503, 53, 'The avatar service takes no more calls at this moment.', true),
  vendor_resting: entry(
    503,
    56,
    'The avatar service failed several times and is given a moment. Try again shortly.',
    true,
  ),
  petya_unavailable: entry(503, 54, 'Accounts cannot be looked up at the moment.', true),
  start_unresolved: entry(
    503,
    55,
    'The start was interrupted and undone. Ask for a new token.',
    true,
  ),
  opening_paused: entry(
    503,
    57,
    'No video is opened for the moment. Go on in writing, and try again later.',
    true,
  ),
  vendor_timeout: entry(504, 50, 'The avatar service took too long to answer.', true),
} as const satisfies ErrorTable;

export type AvatarErrorCode = keyof typeof avatarErrors;

/** `not_found`, in one sentence whoever's it is, so that it tells nothing of whether it is there. */
export function noSession(): AvatarError {
  const advice = ' No session of this caller has this id.';
  return new AvatarError('not_found', { params: { advice } });
}

/** Says to the API description by which problems a route, or each of a controller, may refuse. */
export function MayRefuse(...codes: readonly AvatarErrorCode[]) {
  return mayRefuse(...codes);
}

/** What a call may meet that asks a vendor. */
export const VENDOR_PROBLEMS = [
  'vendor_unreachable',
  'vendor_garbled',
  'vendor_refused',
  'vendor_auth',
  'vendor_quota',
  'vendor_full',
  'vendor_busy',
  'vendor_resting',
  'vendor_timeout',
] as const satisfies readonly AvatarErrorCode[];

/** The error this app's services, repositories and clients throw. */
export class AvatarError extends AppError<AvatarErrorCode> {}

function entry(status: number, sequence: number, message: string, retryable = false) {
  return { status, sequence, message, retryable };
}
