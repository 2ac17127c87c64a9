import { AreVariables, type Variables } from './avatar-options.dto.js';
import { ApiProperty } from './description.js';
import { IsIn, Matches } from 'class-validator';
import { MAX_TURN_BYTES, TURN_ROLES, type TurnRole } from './conversation-status.dto.js';
import {
  IsConversationId,
  IsSessionId,
  IsUnixTime,
  IsUtf8Length,
  IsWholeNumber,
  MayBeAbsent,
  MayBeNull,
} from './validators.js';

/** Body of `POST /v1/sessions/token`. */
export class CreateTokenDto {
  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: 'conv-42',
    description:
      "The conversation that the transcript goes into: Petya's own id, or your `externalId`. Null as if left out; then it stands under the session's own id.",
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

  @ApiProperty({
    required: false,
    nullable: true,
    type: Object,
    additionalProperties: { type: 'string' },
    example: { page: 'Oak tables' },
    description:
      "Values for the avatar's context, under names that the account allows; null as if left out.",
  })
  @MayBeNull()
  @AreVariables()
  variables?: Variables | null;
}

/** Body of `POST /v1/sessions/start`; the token already names the session. */
export class StartSessionDto {
  @ApiProperty({
    required: false,
    description: 'The session. A session token names it by itself; with a key it is needed.',
  })
  @MayBeAbsent()
  @IsSessionId()
  session_id?: string;
}

/** Body of `POST /v1/sessions/stop`. The reason is taken for the vendors' SDKs and not trusted. */
export class StopSessionDto extends StartSessionDto {
  @ApiProperty({
    required: false,
    example: 'USER_CLOSED',
    description: "Taken for the vendors' SDKs and not used: the reason is `visitor_ended`.",
  })
  @MayBeAbsent()
  @Matches(/^[A-Z_]{1,64}$/, { message: 'must be upper-case letters and underscores' })
  reason?: string;
}

/** Body of `POST /v1/sessions/keep-alive`. */
export class KeepAliveDto extends StartSessionDto {
  @ApiProperty({
    required: false,
    example: 15,
    description:
      'A promise: the next keep-alive comes within so many seconds. After two missed ones the visitor counts as gone.',
  })
  @MayBeAbsent()
  @IsWholeNumber(5, 120)
  next_within_s?: number;
}

/** Body of `POST /v1/streaming.avatar_message`: one turn, as the client saw it. */
export class AvatarMessageDto {
  @ApiProperty({ description: 'The session that it was said in.' })
  @IsSessionId()
  session_id!: string;

  @ApiProperty({
    example: 'We open at nine.',
    description: 'What was said, up to 32 KiB in UTF-8.',
  })
  @IsUtf8Length(1, MAX_TURN_BYTES)
  text!: string;

  @ApiProperty({
    required: false,
    enum: TURN_ROLES,
    description: 'Who said it; `avatar` where it is left out.',
  })
  @MayBeAbsent()
  @IsIn(TURN_ROLES)
  role?: TurnRole;

  @ApiProperty({
    required: false,
    description: 'Your own id of the turn: the same id again is the same turn.',
  })
  @MayBeAbsent()
  @IsConversationId()
  message_id?: string;

  @ApiProperty({
    required: false,
    example: 1760000010,
    description:
      'When it was said, in Unix seconds or milliseconds, which are told apart by size; now where it is left out.',
  })
  @MayBeAbsent()
  @IsUnixTime()
  timestamp?: number;
}
