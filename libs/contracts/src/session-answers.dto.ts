import { ApiProperty } from './description.js';
import { TURN_ROLES, type TurnRole } from './conversation-status.dto.js';
import { END_REASONS, type EndReason } from './end-reason.js';

/** What whoever set the account up should know; the session opens all the same. */
export const TOKEN_WARNINGS = ['no_context', 'sandbox'] as const;
export type TokenWarning = (typeof TOKEN_WARNINGS)[number];

/** `data` of the token answer. */
export class SessionTokenDto {
  @ApiProperty({ example: 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33' })
  session_id!: string;

  @ApiProperty({ description: 'Ours, bound to this session, account and origin.' })
  session_token!: string;

  @ApiProperty({
    required: false,
    isArray: true,
    enum: TOKEN_WARNINGS,
    description:
      'no_context: the avatar has nothing to answer with and stays silent. sandbox: free, and over after a minute.',
  })
  warnings?: TokenWarning[];
}

/** `data` of the start answer. */
export class StartedSessionDto {
  @ApiProperty()
  session_id!: string;

  @ApiProperty({ example: 'wss://room.example.com' })
  livekit_url!: string;

  @ApiProperty()
  livekit_client_token!: string;

  @ApiProperty({ nullable: true, type: Number, example: 1200 })
  max_session_duration!: number | null;

  @ApiProperty({ example: 'Hello and welcome. How can I help you today?' })
  intro!: string;

  @ApiProperty({ required: false })
  ws_url?: string;
}

/** `data` of stop, keep-alive and message answers. */
export class SessionAckDto {
  @ApiProperty()
  session_id!: string;

  @ApiProperty({ required: false, description: 'Of a message: the id under which it is kept.' })
  message_id?: string;
}

/** `data` of `GET /v1/sessions/:session_id`: our own record. */
export class SessionViewDto {
  @ApiProperty()
  session_id!: string;

  @ApiProperty({ nullable: true, type: String })
  conversation_id!: string | null;

  @ApiProperty({ example: 'active' })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ nullable: true, type: String, format: 'date-time' })
  started_at!: string | null;

  @ApiProperty({ nullable: true, type: String, format: 'date-time' })
  ended_at!: string | null;

  @ApiProperty({ nullable: true, enum: END_REASONS })
  end_reason!: EndReason | null;

  @ApiProperty({ example: 12 })
  turns!: number;

  @ApiProperty({ enum: ['none', 'waiting', 'delivered', 'parked'] })
  delivery!: 'none' | 'waiting' | 'delivered' | 'parked';
}

/** One merged turn of a transcript; both time members are Unix seconds. */
export class TranscriptLineDto {
  @ApiProperty({ enum: TURN_ROLES })
  role!: TurnRole;

  @ApiProperty()
  transcript!: string;

  @ApiProperty()
  timestamp!: number;

  @ApiProperty()
  absolute_timestamp!: number;
}

/** `data` of `GET /v1/sessions/:session_id/transcript`. */
export class TranscriptViewDto {
  @ApiProperty()
  session_id!: string;

  @ApiProperty()
  session_active!: boolean;

  @ApiProperty()
  truncated!: boolean;

  @ApiProperty({ type: [TranscriptLineDto] })
  transcript_data!: TranscriptLineDto[];
}

/** The vendor's envelope as we answer it: `code` is 1000 on success, because the SDK insists. */
export interface Envelope<T> {
  code: 1000;
  message: string;
  data: T;
}
