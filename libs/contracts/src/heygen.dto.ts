import { ApiProperty } from './description.js';
import { Allow, IsIn } from 'class-validator';
import { MAX_TURN_BYTES } from './conversation-status.dto.js';
import {
  IsConversationId,
  IsSessionId,
  IsUtf8Length,
  MayBeAbsent,
  MayBeNull,
} from './validators.js';

export const HEYGEN_QUALITIES = ['low', 'medium', 'high'] as const;
export type HeyGenQuality = (typeof HEYGEN_QUALITIES)[number];

/** `chat` is the older word for `talk` (upstream reference 4.5). */
export const HEYGEN_TASK_TYPES = ['talk', 'repeat', 'chat'] as const;
export type HeyGenTaskType = (typeof HEYGEN_TASK_TYPES)[number];

/**
 * Body of `POST /v1/streaming.new`. What the vendor's own clients send beside our members is taken and
 * dropped: avatar, voice and knowledge are the account's.
 */
export class NewStreamDto {
  @ApiProperty({ required: false, enum: HEYGEN_QUALITIES })
  @MayBeAbsent()
  @IsIn(HEYGEN_QUALITIES)
  quality?: HeyGenQuality;

  @ApiProperty({ required: false, enum: ['v2'] })
  @MayBeAbsent()
  @IsIn(['v2'])
  version?: 'v2';

  @ApiProperty({ required: false, nullable: true, type: String, example: 'conv-42' })
  @MayBeNull()
  @IsConversationId()
  conversation_id?: string | null;

  @ApiProperty({ required: false, nullable: true, type: String, example: 'visitor-7' })
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
  @ApiProperty()
  @IsSessionId()
  session_id!: string;
}

/** Body of `POST /v1/streaming.task`. */
export class StreamTaskDto extends StreamSessionDto {
  @ApiProperty({ example: 'What are your opening hours?' })
  @IsUtf8Length(1, MAX_TURN_BYTES)
  text!: string;

  @ApiProperty({ enum: HEYGEN_TASK_TYPES })
  @IsIn(HEYGEN_TASK_TYPES)
  task_type!: HeyGenTaskType;

  @ApiProperty({ required: false, enum: ['sync', 'async'] })
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
  @ApiProperty()
  session_id!: string;

  @ApiProperty({ example: 'wss://room.example.com' })
  url!: string;

  @ApiProperty()
  access_token!: string;

  @ApiProperty({ required: false, example: 600 })
  session_duration_limit?: number;

  @ApiProperty({ required: false })
  is_paid?: boolean;

  @ApiProperty({ required: false })
  realtime_endpoint?: string;

  @ApiProperty()
  intro!: string;
}

/** `data` of the other answers, as the vendor gives it. */
export class StreamAnswerDto {
  @ApiProperty({ required: false, example: 'success' })
  status?: string;

  @ApiProperty({ required: false, description: 'Of a task.' })
  task_id?: string;

  @ApiProperty({ required: false, description: 'Of a task, in milliseconds.' })
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
