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
  readonly conversation_id?: string | null;
  readonly visitor_id?: string | null;
  /** Values for the avatar's context, under names that the account allows. */
  readonly variables?: Readonly<Record<string, string>> | null;
}

export interface SessionTokenDto {
  readonly session_id: string;
  /** Ours, bound to this session, account and origin. */
  readonly session_token: string;
  /** no_context: the avatar has nothing to answer with and stays silent. sandbox: free, and over after a minute. */
  readonly warnings?: readonly ('no_context' | 'sandbox')[];
}

export interface StartSessionDto {
  readonly session_id?: string;
}

export interface StartedSessionDto {
  readonly session_id: string;
  readonly livekit_url: string;
  readonly livekit_client_token: string;
  readonly max_session_duration: number | null;
  readonly intro: string;
  readonly ws_url?: string;
}

export interface KeepAliveDto {
  readonly session_id?: string;
  /** A promise: the next keep-alive comes within so many seconds. */
  readonly next_within_s?: number;
}

export interface SessionAckDto {
  readonly session_id: string;
  /** Of a message: the id under which it is kept. */
  readonly message_id?: string;
}

export interface AvatarMessageDto {
  readonly session_id: string;
  readonly text: string;
  readonly role?: 'user' | 'avatar';
  /** The same id again is the same turn. */
  readonly message_id?: string;
  readonly timestamp?: number;
}

export interface StopSessionDto {
  readonly session_id?: string;
  readonly reason?: string;
}

export interface SessionViewDto {
  readonly session_id: string;
  readonly conversation_id: string | null;
  readonly state: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly end_reason:
    | 'visitor_ended'
    | 'visitor_left'
    | 'no_show'
    | 'idle'
    | 'max_duration'
    | 'vendor_ended'
    | 'vendor_fault'
    | 'no_credits'
    | 'account_suspended'
    | 'operator'
    | 'transcript_full'
    | 'replaced'
    | null;
  readonly turns: number;
  readonly delivery: 'none' | 'waiting' | 'delivered' | 'parked';
}

export interface TranscriptViewDto {
  readonly session_id: string;
  readonly session_active: boolean;
  readonly truncated: boolean;
  readonly transcript_data: readonly TranscriptLineDto[];
}

export interface Problem {
  readonly code: number;
  readonly message: string;
  readonly data: null;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly instance: string;
  readonly retryable: boolean;
  readonly vendor_code?: number;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

export interface TranscriptLineDto {
  readonly role: 'user' | 'avatar';
  readonly transcript: string;
  readonly timestamp: number;
  readonly absolute_timestamp: number;
}
