import { ApiProperty } from './description.js';
import { Allow, IsIn } from 'class-validator';
import { MAX_TURN_BYTES } from './conversation-status.dto.js';
import { wordsOf } from './meanings.js';
import {
  IsConversationId,
  IsSessionId,
  IsUtf8Length,
  MayBeAbsent,
  MayBeNull,
} from './validators.js';

export const HEYGEN_QUALITIES = ['low', 'medium', 'high'] as const;
export type HeyGenQuality = (typeof HEYGEN_QUALITIES)[number];

export const HEYGEN_TASK_TYPE_MEANINGS = {
  talk: 'the visitor says it, and the avatar answers',
  repeat: 'the avatar says it as it stands',
  chat: 'the older word for `talk`',
} as const;
export type HeyGenTaskType = keyof typeof HEYGEN_TASK_TYPE_MEANINGS;
export const HEYGEN_TASK_TYPES = wordsOf(HEYGEN_TASK_TYPE_MEANINGS);

/**
 * Body of `POST /v1/streaming.new`. What the vendor's own clients send beside our members is taken and
 * dropped: avatar, voice and knowledge are the account's.
 */
export class NewStreamDto {
  @ApiProperty({
    required: false,
    enum: HEYGEN_QUALITIES,
    description: 'The quality of the video, as the vendor has it.',
  })
  @MayBeAbsent()
  @IsIn(HEYGEN_QUALITIES)
  quality?: HeyGenQuality;

  @ApiProperty({
    required: false,
    enum: ['v2'],
    description: "The version of the vendor's contract; there is one.",
  })
  @MayBeAbsent()
  @IsIn(['v2'])
  version?: 'v2';

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: 'conv-42',
    description: 'The conversation that the transcript goes into; null as if left out.',
  })
  @MayBeNull()
  @IsConversationId()
  conversation_id?: string | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: 'visitor-7',
    description: 'The visitor that the session is for; null as if left out.',
  })
  @MayBeNull()
  @IsConversationId()
  visitor_id?: string | null;

  @Allow() avatar_name?: unknown;
  @Allow() avatar_id?: unknown;
  @Allow() knowledge_base?: unknown;
  @Allow() knowledge_id?: unknown;
  @Allow() knowledge_base_id?: unknown;
  @Allow() voice?: unknown;
  @Allow() voice_id?: unknown;
  @Allow() voice_name?: unknown;
  @Allow() language?: unknown;
  @Allow() video_encoding?: unknown;
  @Allow() source?: unknown;
  @Allow() stt_settings?: unknown;
  @Allow() ia_is_livekit_transport?: unknown;
  @Allow() silence_response?: unknown;
  @Allow() activity_idle_timeout?: unknown;
  @Allow() disable_idle_timeout?: unknown;
}

/** Body of the calls that only name a session. */
export class StreamSessionDto {
  @ApiProperty({ description: 'The session, as `streaming.new` has named it.' })
  @IsSessionId()
  session_id!: string;
}

/** Body of `POST /v1/streaming.task`. */
export class StreamTaskDto extends StreamSessionDto {
  @ApiProperty({
    example: 'What are your opening hours?',
    description: 'What is said, up to 32 KiB in UTF-8.',
  })
  @IsUtf8Length(1, MAX_TURN_BYTES)
  text!: string;

  @ApiProperty({ enum: HEYGEN_TASK_TYPES, description: 'Who says the text.' })
  @IsIn(HEYGEN_TASK_TYPES)
  task_type!: HeyGenTaskType;

  @ApiProperty({
    required: false,
    enum: ['sync', 'async'],
    description: 'Whether the vendor answers when the text was said, or at once.',
  })
  @MayBeAbsent()
  @IsIn(['sync', 'async'])
  task_mode?: 'sync' | 'async';
}

/** `data` of the create_token answer. */
export class StreamTokenDto {
  @ApiProperty({ description: 'Ours, bound to the account, good for one session.' })
  token!: string;
}

/** `data` of the `streaming.new` answer: the vendor's, and the account's intro. */
export class NewStreamAnswerDto {
  @ApiProperty({ description: "The session, by the vendor's id." })
  session_id!: string;

  @ApiProperty({ example: 'wss://room.example.com', description: 'Where the media room is.' })
  url!: string;

  @ApiProperty({ description: 'Lets the browser into the media room.' })
  access_token!: string;

  @ApiProperty({
    required: false,
    type: Number,
    example: 600,
    description: 'The longest time in seconds, as the vendor says it.',
  })
  session_duration_limit?: number;

  @ApiProperty({ required: false, description: 'Whether the vendor charges for it.' })
  is_paid?: boolean;

  @ApiProperty({ required: false, description: "The vendor's own address for events." })
  realtime_endpoint?: string;

  @ApiProperty({ description: "The account's greeting, for the page to let the avatar say." })
  intro!: string;
}

/** `data` of the other answers, as the vendor gives it. */
export class StreamAnswerDto {
  @ApiProperty({
    required: false,
    example: 'success',
    description: 'What the vendor says of the call.',
  })
  status?: string;

  @ApiProperty({ required: false, description: "Of a task: the vendor's id of it." })
  task_id?: string;

  @ApiProperty({
    required: false,
    description: 'Of a task: how long it takes to say, in milliseconds.',
  })
  duration_ms?: number;
}

/** The envelope of every HeyGen answer but one. */
export interface StreamEnvelope<T> {
  code: 100;
  message: string;
  data: T;
}

/** The envelope of `streaming.create_token` alone; so it is at the vendor. */
export interface StreamTokenEnvelope {
  error: null;
  data: StreamTokenDto;
}
