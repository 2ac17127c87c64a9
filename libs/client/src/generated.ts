// Made of ilianaai-avatar's OpenAPI document by `npm run generate:client`; a test compares the two.

/** Bodies, and the `data` of answers, by method and path. */
export interface Routes {
  /** Open a session: a token for one visitor, and a slot. */
  'POST /v1/sessions/token': {
    readonly body: CreateTokenDto;
    readonly data: SessionTokenDto;
  };
  /** Start it: from here on the vendor charges. */
  'POST /v1/sessions/start': {
    readonly body: StartSessionDto;
    readonly data: StartedSessionDto;
  };
  /** Say that the visitor is there, and when it says so again. */
  'POST /v1/sessions/keep-alive': {
    readonly body: KeepAliveDto;
    readonly data: SessionAckDto;
  };
  /** Report a turn; answered once it is stored durably. */
  'POST /v1/streaming.avatar_message': {
    readonly body: AvatarMessageDto;
    readonly data: SessionAckDto;
  };
  /** End it; any number of times. */
  'POST /v1/sessions/stop': {
    readonly body: StopSessionDto;
    readonly data: SessionAckDto;
  };
  /** For navigator.sendBeacon: the body is the session token. */
  'POST /v1/sessions/leave': {
    readonly body: string;
    readonly data: SessionAckDto;
  };
  /** Our own record of the session. */
  'GET /v1/sessions/{session_id}': {
    readonly body: undefined;
    readonly data: SessionViewDto;
  };
  /** What was said so far, from all sources. */
  'GET /v1/sessions/{session_id}/transcript': {
    readonly body: undefined;
    readonly data: TranscriptViewDto;
  };
}

export interface CreateTokenDto {
  /** The conversation that the transcript goes into: Petya's own id, or your `externalId`. Null as if left out; then it stands under the session's own id. */
  readonly conversation_id?: string | null;
  /** The visitor that the session is for; null as if left out. */
  readonly visitor_id?: string | null;
  /** Values for the avatar's context, under names that the account allows; null as if left out. */
  readonly variables?: Readonly<Record<string, string>> | null;
}

export interface SessionTokenDto {
  /** The session, by the vendor's id. */
  readonly session_id: string;
  /** A token of ours for this one session, bound to its account and origin. It starts, keeps, reads and stops it. */
  readonly session_token: string;
  /** What whoever set the account up should know; the session opens all the same. Left out where there is nothing. */
  readonly warnings?: readonly TokenWarning[];
}

export interface StartSessionDto {
  /** The session. A session token names it by itself; with a key it is needed. */
  readonly session_id?: string;
}

export interface StartedSessionDto {
  /** The session, by the vendor's id. */
  readonly session_id: string;
  /** Where the media room is. */
  readonly livekit_url: string;
  /** Lets the browser into the media room. */
  readonly livekit_client_token: string;
  /** The longest time in seconds; null where the vendor names none. */
  readonly max_session_duration: number | null;
  /** The account's greeting, for the page to let the avatar say. */
  readonly intro: string;
  /** The vendor's socket for events, where it has one. */
  readonly ws_url?: string;
}

export interface KeepAliveDto {
  /** The session. A session token names it by itself; with a key it is needed. */
  readonly session_id?: string;
  /** A promise: the next keep-alive comes within so many seconds. After two missed ones the visitor counts as gone. */
  readonly next_within_s?: number;
}

export interface SessionAckDto {
  /** The session, by the vendor's id. */
  readonly session_id: string;
  /** Of a message: the id under which it is kept. */
  readonly message_id?: string;
  /** Of a keep-alive: how many seconds the session may still run, by its longest time and by what is left of the account's minutes. Others of the account may use those up sooner. Left out before it runs. */
  readonly seconds_left?: number;
}

export interface AvatarMessageDto {
  /** The session that it was said in. */
  readonly session_id: string;
  /** What was said, up to 32 KiB in UTF-8. */
  readonly text: string;
  /** Who said it; `avatar` where it is left out. */
  readonly role?: TurnRole;
  /** Your own id of the turn: the same id again is the same turn. */
  readonly message_id?: string;
  /** When it was said, in Unix seconds or milliseconds, which are told apart by size; now where it is left out. */
  readonly timestamp?: number;
}

export interface StopSessionDto {
  /** The session. A session token names it by itself; with a key it is needed. */
  readonly session_id?: string;
  /** Taken for the vendors' SDKs and not used: the reason is `visitor_ended`. */
  readonly reason?: string;
}

export interface SessionViewDto {
  /** The session, by the vendor's id. */
  readonly session_id: string;
  /** The conversation that its opener has named. Where it named none: null, and the session's own id once the transcript stands at Petya under it. */
  readonly conversation_id: string | null;
  /** Where it stands. */
  readonly state: SessionState;
  /** When it was asked for. */
  readonly created_at: string;
  /** When it began to be billed; null before. */
  readonly started_at: string | null;
  /** When it was over; null before. */
  readonly ended_at: string | null;
  /** Why it ended; null before. */
  readonly end_reason: EndReason | null;
  /** How many turns are known so far. */
  readonly turns: number;
  /** What has become of the transcript on its way to Petya. */
  readonly delivery: DeliveryState;
}

export interface TranscriptViewDto {
  /** The session, by the vendor's id. */
  readonly session_id: string;
  /** Whether it still holds a slot: more may be said. */
  readonly session_active: boolean;
  /** Whether the transcript was cut at a limit. */
  readonly truncated: boolean;
  /** What was said so far, in order. */
  readonly transcript_data: readonly TranscriptLineDto[];
}

export interface Problem {
  /** `9`, the status and two digits, so that it is taken for no vendor's own code. */
  readonly code: number;
  /** What happened and what to do, in English, for a developer. */
  readonly message: string;
  /** Always null. */
  readonly data: null;
  /** Which problem it is. Decide by this member; texts may change. */
  readonly type: ProblemType;
  /** The name of the status. */
  readonly title: string;
  /** The status. */
  readonly status: number;
  /** The request, as `X-Request-Id` names it. */
  readonly instance: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** The vendor's own code, where the vendor has refused the request. */
  readonly vendor_code?: number;
  /** Where input was refused: each member, and what it must be. */
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

/**
 * - `no_context`: the avatar has nothing to answer with and stays silent: the account has neither `knowledgeBaseId` nor `voiceAgentId`
 * - `avatar_replaced`: the account's `avatarId` is no UUID, so the gateway's LIVEAVATAR_DEFAULT_AVATAR_ID stands in its place
 * - `sandbox`: the session is one of the vendor's sandbox: free, with its own avatar, and over after a minute
 */
export type TokenWarning = 'no_context' | 'avatar_replaced' | 'sandbox';

/**
 * - `user`: the visitor
 * - `avatar`: the avatar
 */
export type TurnRole = 'user' | 'avatar';

/**
 * - `creating`: its slot is taken, and the vendor is asked for it
 * - `created`: a token was given, and nobody has started it yet
 * - `starting`: the vendor is asked to start it
 * - `active`: it runs and is billed
 * - `stopping`: its end is wanted, and the vendor is asked for it
 * - `stopped`: it is over at the vendor; the transcript is being closed
 * - `final`: the transcript is closed and waits for Petya
 * - `delivered`: Petya has confirmed the transcript
 * - `failed`: it never ran; nothing is reported of it
 * - `parked`: Petya refuses the transcript, and the operator has to look at it
 * - `erased`: what was said and whose it was is gone; only what is billed is left
 */
export type SessionState =
  | 'creating'
  | 'created'
  | 'starting'
  | 'active'
  | 'stopping'
  | 'stopped'
  | 'final'
  | 'delivered'
  | 'failed'
  | 'parked'
  | 'erased';

/**
 * - `visitor_ended`: the visitor, or the page, has stopped it
 * - `visitor_left`: the visitor left, or missed its heartbeats, and did not come back in time
 * - `no_show`: a token was given and nobody started the session in time
 * - `idle`: nothing was said for as long as the vendor allows
 * - `max_duration`: the longest time that the account allows is over
 * - `minutes_used_up`: the account's minutes of the day or the month are used up
 * - `vendor_ended`: the vendor ended it, or does not know it any more
 * - `vendor_fault`: it failed at the vendor
 * - `no_credits`: the vendor's account has no credits left
 * - `account_suspended`: the account was suspended or removed meanwhile
 * - `operator`: the operator ended it, or an erasure did
 * - `transcript_full`: there was no room for more text
 * - `replaced`: the same visitor began a new session
 */
export type EndReason =
  | 'visitor_ended'
  | 'visitor_left'
  | 'no_show'
  | 'idle'
  | 'max_duration'
  | 'minutes_used_up'
  | 'vendor_ended'
  | 'vendor_fault'
  | 'no_credits'
  | 'account_suspended'
  | 'operator'
  | 'transcript_full'
  | 'replaced';

/**
 * - `none`: there is nothing to deliver: the session still runs, has never run, or was erased
 * - `waiting`: the transcript is being closed or delivered
 * - `delivered`: Petya has confirmed it, under the `conversation_id` that stands beside this
 * - `parked`: Petya refuses it, and the operator has to look at it
 */
export type DeliveryState = 'none' | 'waiting' | 'delivered' | 'parked';

export interface TranscriptLineDto {
  /** Who said it. */
  readonly role: TurnRole;
  /** What was said. */
  readonly transcript: string;
  /** When it was said, in Unix seconds with decimals. */
  readonly timestamp: number;
  /** The same as `timestamp`. */
  readonly absolute_timestamp: number;
}

/**
 * - `urn:problem:malformed_json`: 400. The body is not valid JSON.
 * - `urn:problem:too_deep`: 400. The body is nested more than 20 levels deep.
 * - `urn:problem:bad_request`: 400. The request could not be read.
 * - `urn:problem:key_ambiguous`: 400. The request carries credentials that do not belong together.
 * - `urn:problem:key_invalid`: 401. This API key is not known.
 * - `urn:problem:key_missing`: 401. No credential came along: a key in X-Api-Key, or a key or token as Authorization: Bearer.
 * - `urn:problem:token_invalid`: 401. This token is not valid here: it has expired, or is of another account or session. Ask for a new one.
 * - `urn:problem:visitor_token_needed`: 401. This needs a visitor token. Send as X-Visitor-Token the visitorToken that POST /visitors/init answers to a new visitor, which is asked for without a visitorId.
 * - `urn:problem:key_not_for_browsers`: 401. This is a secret key. It belongs on a server and is not taken with an Origin header: a server that passes on a browser's request leaves that header out.
 * - `urn:problem:origin_not_allowed`: 403. The origin https://shop.example.com is not on this account's list.
 * - `urn:problem:account_suspended`: 403. This account is suspended.
 * - `urn:problem:not_found`: 404. There is nothing here.
 * - `urn:problem:request_timeout`: 408. The request took too long to arrive.
 * - `urn:problem:payload_too_large`: 413. The body is larger than this route takes.
 * - `urn:problem:uri_too_long`: 414. The URL is too long.
 * - `urn:problem:unsupported_media_type`: 415. A body of this kind is not taken here.
 * - `urn:problem:invalid_input`: 422. The input was refused: /session_id is needed with an API key.
 * - `urn:problem:rate_limited`: 429. Too many requests from this address. Try again later.
 * - `urn:problem:headers_too_large`: 431. The request headers are too large.
 * - `urn:problem:internal`: 500. Something went wrong on our side.
 * - `urn:problem:unavailable`: 503. The service cannot reach its database. Try again shortly.
 * - `urn:problem:busy`: 503. The service has more to do than it can answer in time. Try again shortly.
 * - `urn:problem:session_token_needed`: 401. This needs the session's own token: send it as Authorization: Bearer.
 * - `urn:problem:avatar_disabled`: 403. The avatar of this account is switched off.
 * - `urn:problem:message_conflict`: 409. This message_id was already used with another text.
 * - `urn:problem:idempotency_running`: 409. The first request with this Idempotency-Key still runs.
 * - `urn:problem:visitor_has_session`: 409. This visitor already has a live session.
 * - `urn:problem:not_started`: 409. This session has not been started yet.
 * - `urn:problem:not_parked`: 409. Only a parked session can be released.
 * - `urn:problem:count_differs`: 409. Live now: . Another number was expected, so none was stopped.
 * - `urn:problem:not_delivered`: 409. Only a transcript that Petya has confirmed can be delivered again.
 * - `urn:problem:turns_gone`: 409. What was said is gone here, or goes in a moment: delivered again, Petya would have less than it has.
 * - `urn:problem:session_started_elsewhere`: 409. Another token has started this session. Ask for a new one.
 * - `urn:problem:session_ended`: 410. This session has ended. Ask for a new token.
 * - `urn:problem:liveavatar_disabled`: 410. LiveAvatar is off here: LIVEAVATAR_API_KEY is not set. Use /v1/streaming.new.
 * - `urn:problem:heygen_sunset`: 410. The vendor has retired HeyGen streaming. Use /v1/sessions.
 * - `urn:problem:idempotency_mismatch`: 422. This Idempotency-Key was used with another body.
 * - `urn:problem:account_full`: 429. All 5 avatar sessions of this account are taken. Try again when one ends.
 * - `urn:problem:minutes_used_up`: 429. The avatar minutes of this account are used up until the  ends. Go on in writing, or raise the account's limit.
 * - `urn:problem:vendor_unreachable`: 502. The avatar service could not be reached.
 * - `urn:problem:vendor_garbled`: 502. The avatar service gave an answer that makes no sense.
 * - `urn:problem:avatar_rejected`: 502. The avatar service does not take this account's avatar. Set avatarId to an avatar it knows, or LIVEAVATAR_DEFAULT_AVATAR_ID.
 * - `urn:problem:setting_rejected`: 502. The avatar service does not take this account's voiceId. Set it to what the vendor's account has and its plan allows.
 * - `urn:problem:voice_agent_unfit`: 502. This account's voice agent opens a LITE session, which has no avatar of ours to speak. Set voiceAgentId to an agent of type liveavatar_agent.
 * - `urn:problem:vendor_refused`: 4XX. The avatar service refused this request.
 * - `urn:problem:vendor_auth`: 503. The avatar service does not accept our credentials.
 * - `urn:problem:vendor_quota`: 503. The avatar service has no credits left.
 * - `urn:problem:vendor_full`: 503. The avatar service has no free session now.
 * - `urn:problem:vendor_busy`: 503. The avatar service takes no more calls at this moment.
 * - `urn:problem:vendor_resting`: 503. The avatar service failed several times and is given a moment. Try again shortly.
 * - `urn:problem:petya_unavailable`: 503. Accounts cannot be looked up at the moment.
 * - `urn:problem:start_unresolved`: 503. The start was interrupted and undone. Ask for a new token.
 * - `urn:problem:opening_paused`: 503. No video is opened for the moment. Go on in writing, and try again later.
 * - `urn:problem:vendor_timeout`: 504. The avatar service took too long to answer.
 */
export type ProblemType =
  | 'urn:problem:malformed_json'
  | 'urn:problem:too_deep'
  | 'urn:problem:bad_request'
  | 'urn:problem:key_ambiguous'
  | 'urn:problem:key_invalid'
  | 'urn:problem:key_missing'
  | 'urn:problem:token_invalid'
  | 'urn:problem:visitor_token_needed'
  | 'urn:problem:key_not_for_browsers'
  | 'urn:problem:origin_not_allowed'
  | 'urn:problem:account_suspended'
  | 'urn:problem:not_found'
  | 'urn:problem:request_timeout'
  | 'urn:problem:payload_too_large'
  | 'urn:problem:uri_too_long'
  | 'urn:problem:unsupported_media_type'
  | 'urn:problem:invalid_input'
  | 'urn:problem:rate_limited'
  | 'urn:problem:headers_too_large'
  | 'urn:problem:internal'
  | 'urn:problem:unavailable'
  | 'urn:problem:busy'
  | 'urn:problem:session_token_needed'
  | 'urn:problem:avatar_disabled'
  | 'urn:problem:message_conflict'
  | 'urn:problem:idempotency_running'
  | 'urn:problem:visitor_has_session'
  | 'urn:problem:not_started'
  | 'urn:problem:not_parked'
  | 'urn:problem:count_differs'
  | 'urn:problem:not_delivered'
  | 'urn:problem:turns_gone'
  | 'urn:problem:session_started_elsewhere'
  | 'urn:problem:session_ended'
  | 'urn:problem:liveavatar_disabled'
  | 'urn:problem:heygen_sunset'
  | 'urn:problem:idempotency_mismatch'
  | 'urn:problem:account_full'
  | 'urn:problem:minutes_used_up'
  | 'urn:problem:vendor_unreachable'
  | 'urn:problem:vendor_garbled'
  | 'urn:problem:avatar_rejected'
  | 'urn:problem:setting_rejected'
  | 'urn:problem:voice_agent_unfit'
  | 'urn:problem:vendor_refused'
  | 'urn:problem:vendor_auth'
  | 'urn:problem:vendor_quota'
  | 'urn:problem:vendor_full'
  | 'urn:problem:vendor_busy'
  | 'urn:problem:vendor_resting'
  | 'urn:problem:petya_unavailable'
  | 'urn:problem:start_unresolved'
  | 'urn:problem:opening_paused'
  | 'urn:problem:vendor_timeout';
