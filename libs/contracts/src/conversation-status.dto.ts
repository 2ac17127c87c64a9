import { ApiProperty } from './description.js';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { END_REASONS, type EndReason } from './end-reason.js';
import { wordsOf } from './meanings.js';
import {
  IsConversationId,
  IsSessionId,
  IsUnixTime,
  IsUtf8Length,
  IsWholeNumber,
  MayBeAbsent,
  TRACE_ID_PATTERN,
} from './validators.js';

/** Longest text of one turn, in UTF-8 bytes. */
export const MAX_TURN_BYTES = 32 * 1024;

/** Most turns in one session. */
export const MAX_TURNS = 5000;

/** Most text in one session, in UTF-8 bytes. */
export const MAX_TRANSCRIPT_BYTES = 4 * 1024 * 1024;

export const TURN_ROLE_MEANINGS = { user: 'the visitor', avatar: 'the avatar' } as const;
export type TurnRole = keyof typeof TURN_ROLE_MEANINGS;
export const TURN_ROLES = wordsOf(TURN_ROLE_MEANINGS);

export const CONVERSATION_STATUS_MEANINGS = {
  active: 'it goes on',
  completed: 'it is over',
  failed: 'the avatar failed before anything was said',
} as const;
export type ConversationStatus = keyof typeof CONVERSATION_STATUS_MEANINGS;
export const CONVERSATION_STATUSES = wordsOf(CONVERSATION_STATUS_MEANINGS);

/** One thing that was said. At least one of the two time members is there; both when we send. */
export class TranscriptTurnDto {
  @ApiProperty({ enum: TURN_ROLES, description: 'Who said it.' })
  @IsIn(TURN_ROLES)
  role!: TurnRole;

  @ApiProperty({
    example: 'What are your opening hours?',
    description: 'What was said, up to 32 KiB in UTF-8.',
  })
  @IsUtf8Length(0, MAX_TURN_BYTES)
  transcript!: string;

  @ApiProperty({
    required: false,
    example: 1760000010,
    description:
      'When it was said, in Unix seconds or milliseconds, which are told apart by size. One of the two times is needed.',
  })
  @ValidateIf((turn: TranscriptTurnDto) => turn.timestamp !== undefined || !hasAbsolute(turn))
  @IsUnixTime()
  timestamp?: number;

  @ApiProperty({
    required: false,
    example: 1760000010,
    description: 'As `timestamp`; where both are there, this one counts.',
  })
  @MayBeAbsent()
  @IsUnixTime()
  absolute_timestamp?: number;
}

function hasAbsolute(turn: TranscriptTurnDto): boolean {
  return turn.absolute_timestamp !== undefined;
}

/** Most seconds, and most credits, that a session can have cost. */
export const MOST_BILLED = 10_000_000;

/** Body of Petya's `POST /avatar/conversations/:conversationId/status`. */
export class StatusUpdateDto {
  @ApiProperty({
    example: 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33',
    description: "The session, by the vendor's id.",
  })
  @IsSessionId()
  sessionId!: string;

  @ApiProperty({ enum: CONVERSATION_STATUSES, description: 'Where the session stands.' })
  @IsIn(CONVERSATION_STATUSES)
  status!: ConversationStatus;

  @ApiProperty({
    type: [TranscriptTurnDto],
    description:
      'The whole transcript of the session: it replaces the one that was delivered before.',
  })
  @Type(() => TranscriptTurnDto)
  @ValidateNested({ each: true })
  // `ValidateNested` alone looks through an array in the array and takes an empty one.
  @IsObject({ each: true, message: 'must hold objects only' })
  @ArrayMaxSize(MAX_TURNS)
  @IsArray()
  transcript!: TranscriptTurnDto[];

  @ApiProperty({
    required: false,
    description:
      'The account of the session. Without it only an own id of a conversation is found.',
  })
  @MayBeAbsent()
  @IsConversationId()
  accountId?: string;

  @ApiProperty({ required: false, description: 'The visitor whose session it is.' })
  @MayBeAbsent()
  @IsConversationId()
  visitorId?: string;

  @ApiProperty({
    required: false,
    description: 'Whether it was opened with proof of that visitor.',
  })
  @MayBeAbsent()
  @IsBoolean()
  proved?: boolean;

  @ApiProperty({
    required: false,
    description:
      'Grows with each new content of the session. A lower one than the last changes nothing. Where it is left out, what is said last stands, but for an `active` after the end.',
  })
  @MayBeAbsent()
  @IsWholeNumber(1, 1_000_000_000)
  version?: number;

  @ApiProperty({ required: false, enum: END_REASONS, description: 'Why the session ended.' })
  @MayBeAbsent()
  @IsIn(END_REASONS)
  endReason?: EndReason;

  @ApiProperty({ required: false, example: 190.5, description: 'How long it ran, in seconds.' })
  @MayBeAbsent()
  @Max(10_000_000)
  @Min(0)
  @IsNumber({ allowInfinity: false, allowNaN: false })
  durationSeconds?: number;

  @ApiProperty({
    required: false,
    example: 1760000000,
    description: 'When it started, in Unix seconds or milliseconds: it is counted in that day.',
  })
  @MayBeAbsent()
  @IsUnixTime()
  startedAt?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    example: 191,
    description:
      'The seconds that are billed for it, where the vendor has said so or we have counted.',
  })
  @MayBeAbsent()
  @IsWholeNumber(0, MOST_BILLED)
  billedSeconds?: number;

  @ApiProperty({
    required: false,
    example: 8,
    description: 'The credits that the vendor has taken for it, which it rounds to minutes.',
  })
  @MayBeAbsent()
  @Max(MOST_BILLED)
  @Min(0)
  @IsNumber({ allowInfinity: false, allowNaN: false })
  credits?: number;

  @ApiProperty({
    required: false,
    example: '0af7651916cd43dd8448eb211c80319c',
    description:
      'The trace of the request that opened the session (W3C Trace Context). A sender of an earlier release names none.',
  })
  @MayBeAbsent()
  @Matches(TRACE_ID_PATTERN, { message: 'must be 32 characters of 0-9 a-f' })
  traceId?: string;

  @ApiProperty({ required: false, description: 'The transcript was cut at a limit.' })
  @MayBeAbsent()
  @IsBoolean()
  truncated?: boolean;

  @ApiProperty({ required: false, description: 'False when the vendor could not be asked yet.' })
  @MayBeAbsent()
  @IsBoolean()
  complete?: boolean;
}

/** Answer of the status route. */
export class StatusResultDto {
  @ApiProperty({ description: 'The conversation that it went into, by its own id.' })
  conversationId!: string;

  @ApiProperty({ description: 'The session, as the request named it.' })
  sessionId!: string;

  @ApiProperty({ enum: CONVERSATION_STATUSES, description: 'Where the conversation stands now.' })
  status!: ConversationStatus;

  @ApiProperty({ type: 'integer', description: 'The version of this session that stands now.' })
  version!: number;

  @ApiProperty({ description: 'This version was already here with the same content.' })
  duplicate!: boolean;

  @ApiProperty({ description: 'A newer version was already here; nothing changed.' })
  stale!: boolean;
}
