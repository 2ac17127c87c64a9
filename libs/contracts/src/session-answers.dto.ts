import { ApiProperty } from './description.js';
import { TURN_ROLES, type TurnRole } from './conversation-status.dto.js';
import { END_REASONS, type EndReason } from './end-reason.js';
import {
  DELIVERY_STATES,
  type DeliveryState,
  SESSION_STATES,
  type SessionState,
} from './session-state.js';
import { TOKEN_WARNINGS, type TokenWarning } from './warnings.js';

/** `data` of the token answer. */
export class SessionTokenDto {
  @ApiProperty({
    example: 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33',
    description: "The session, by the vendor's id.",
  })
  session_id!: string;

  @ApiProperty({
    description:
      'A token of ours for this one session, bound to its account and origin. It starts, keeps, reads and stops it.',
  })
  session_token!: string;

  @ApiProperty({
    required: false,
    isArray: true,
    enum: TOKEN_WARNINGS,
    description:
      'What whoever set the account up should know; the session opens all the same. Left out where there is nothing.',
  })
  warnings?: TokenWarning[];
}

/** `data` of the start answer. */
export class StartedSessionDto {
  @ApiProperty({ description: "The session, by the vendor's id." })
  session_id!: string;

  @ApiProperty({ example: 'wss://room.example.com', description: 'Where the media room is.' })
  livekit_url!: string;

  @ApiProperty({ description: 'Lets the browser into the media room.' })
  livekit_client_token!: string;

  @ApiProperty({
    nullable: true,
    type: Number,
    example: 1200,
    description: 'The longest time in seconds; null where the vendor names none.',
  })
  max_session_duration!: number | null;

  @ApiProperty({
    example: 'Hello and welcome. How can I help you today?',
    description: "The account's greeting, for the page to let the avatar say.",
  })
  intro!: string;

  @ApiProperty({
    required: false,
    description: "The vendor's socket for events, where it has one.",
  })
  ws_url?: string;
}

/** `data` of stop, keep-alive and message answers. */
export class SessionAckDto {
  @ApiProperty({ description: "The session, by the vendor's id." })
  session_id!: string;

  @ApiProperty({ required: false, description: 'Of a message: the id under which it is kept.' })
  message_id?: string;

  @ApiProperty({
    required: false,
    type: 'integer',
    example: 840,
    description:
      "Of a keep-alive: how many seconds the session may still run, by its longest time and by what is left of the account's minutes. Others of the account may use those up sooner. Left out before it runs.",
  })
  seconds_left?: number;
}

/** `data` of `GET /v1/sessions/:session_id`: our own record. */
export class SessionViewDto {
  @ApiProperty({ description: "The session, by the vendor's id." })
  session_id!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description:
      "The conversation that its opener has named. Where it named none: null, and the session's own id once the transcript stands at Petya under it.",
  })
  conversation_id!: string | null;

  @ApiProperty({ enum: SESSION_STATES, example: 'active', description: 'Where it stands.' })
  state!: SessionState;

  @ApiProperty({ format: 'date-time', description: 'When it was asked for.' })
  created_at!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it began to be billed; null before.',
  })
  started_at!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it was over; null before.',
  })
  ended_at!: string | null;

  @ApiProperty({ nullable: true, enum: END_REASONS, description: 'Why it ended; null before.' })
  end_reason!: EndReason | null;

  @ApiProperty({ type: 'integer', example: 12, description: 'How many turns are known so far.' })
  turns!: number;

  @ApiProperty({
    enum: DELIVERY_STATES,
    description: 'What has become of the transcript on its way to Petya.',
  })
  delivery!: DeliveryState;
}

/** One merged turn of a transcript; both time members are Unix seconds. */
export class TranscriptLineDto {
  @ApiProperty({ enum: TURN_ROLES, description: 'Who said it.' })
  role!: TurnRole;

  @ApiProperty({ description: 'What was said.' })
  transcript!: string;

  @ApiProperty({
    example: 1760000010.25,
    description: 'When it was said, in Unix seconds with decimals.',
  })
  timestamp!: number;

  @ApiProperty({ example: 1760000010.25, description: 'The same as `timestamp`.' })
  absolute_timestamp!: number;
}

/** `data` of `GET /v1/sessions/:session_id/transcript`. */
export class TranscriptViewDto {
  @ApiProperty({ description: "The session, by the vendor's id." })
  session_id!: string;

  @ApiProperty({ description: 'Whether it still holds a slot: more may be said.' })
  session_active!: boolean;

  @ApiProperty({ description: 'Whether the transcript was cut at a limit.' })
  truncated!: boolean;

  @ApiProperty({ type: [TranscriptLineDto], description: 'What was said so far, in order.' })
  transcript_data!: TranscriptLineDto[];
}

/** The vendor's envelope as we answer it: `code` is 1000 on success, because the SDK insists. */
export interface Envelope<T> {
  code: 1000;
  message: string;
  data: T;
}
