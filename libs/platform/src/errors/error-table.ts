/** One row of an error table: what the world sees when this code is thrown. */
export interface ErrorEntry {
  /** HTTP status. */
  readonly status: number;
  /** Two digits; with the status they make the `code` of the body, `9` + status + sequence. */
  readonly sequence: number;
  /**
   * What happened and what to do. `{name}` is replaced from `AppError.params`; in `{name|words}` the words
   * stand where those have no such value.
   */
  readonly message: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** It is answered with the vendor's own status, from 400 to 499, and with `status` where that has none. */
  readonly isVendorsStatus?: true;
}

/** All codes of an app with their rows; total over the app's codes by its type. */
export type ErrorTable<Code extends string = string> = Readonly<Record<Code, ErrorEntry>>;

/** The codes both apps share. Sequences from 50 up are free for an app's own codes. */
export const platformErrors = {
  malformed_json: row(400, 1, 'The body is not valid JSON.'),
  too_deep: row(400, 2, 'The body is nested more than 20 levels deep.'),
  bad_request: row(400, 3, 'The request could not be read.'),
  key_ambiguous: row(400, 4, 'The request carries credentials that do not belong together.'),
  key_invalid: row(401, 1, '{reason|This API key is not known.}'),
  key_missing: row(
    401,
    2,
    '{reason|No credential came along: a key in X-Api-Key, or a key or token as Authorization: Bearer.}',
  ),
  token_invalid: row(
    401,
    3,
    '{reason|This token is not valid here: it has expired, or is of another account or session. Ask for a new one.}',
  ),
  visitor_token_needed: row(
    401,
    4,
    'This needs a visitor token. Send as X-Visitor-Token the visitorToken that POST /visitors/init answers to a new visitor, which is asked for without a visitorId.',
  ),
  key_not_for_browsers: row(
    401,
    5,
    "This is a secret key. It belongs on a server and is not taken with an Origin header: a server that passes on a browser's request leaves that header out.",
  ),
  secret_key_needed: row(
    403,
    3,
    "This is for the customer's own server: send a secret key (SK_) instead of the key of the page.",
  ),
  origin_not_allowed: row(403, 1, "The origin {origin} is not on this account's list. {advice}"),
  account_suspended: row(403, 2, 'This account is suspended.'),
  not_found: row(404, 1, 'There is nothing here.{advice}'),
  board_not_built: row(
    404,
    2,
    'The board was not built here. Whoever runs this service runs npm run build:board and starts it again.',
  ),
  method_not_allowed: row(405, 1, 'This path does not take this method.'),
  request_timeout: row(408, 1, 'The request took too long to arrive.', true),
  payload_too_large: row(413, 1, 'The body is larger than this route takes.'),
  uri_too_long: row(414, 1, 'The URL is too long.'),
  unsupported_media_type: row(415, 1, 'A body of this kind is not taken here.{advice}'),
  invalid_input: row(422, 1, 'The input was refused{first}.'),
  rate_limited: row(429, 1, 'Too many {what}. Try again later.{advice}', true),
  headers_too_large: row(431, 1, 'The request headers are too large.'),
  internal: row(500, 1, 'Something went wrong on our side.', true),
  unavailable: row(503, 1, 'The service cannot reach its database. Try again shortly.', true),
  overloaded: row(503, 3, 'Too many large requests at once. Try again shortly.', true),
  busy: row(
    503,
    4,
    'The service has more to do than it can answer in time. Try again shortly.',
    true,
  ),
  draining: row(503, 2, 'The service is restarting. Try again shortly.', true),
} as const satisfies ErrorTable;

export type PlatformErrorCode = keyof typeof platformErrors;

function row(status: number, sequence: number, message: string, retryable = false): ErrorEntry {
  return { status, sequence, message, retryable };
}
