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
  @ApiProperty({ required: false, nullable: true, type: String, example: 'conv-42' })
  @MayBeNull()
  @IsConversationId()
  conversation_id?: string | null;

  @ApiProperty({ required: false, nullable: true, type: String, example: 'visitor-7' })
  @MayBeNull()
  @IsConversationId()
  visitor_id?: string | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: Object,
    additionalProperties: { type: 'string' },
    example: { page: 'Oak tables' },
    description: "Values for the avatar's context, under names that the account allows.",
  })
  @MayBeNull()
  @AreVariables()
  variables?: Variables | null;
}

/** Body of `POST /v1/sessions/start`; the token already names the session. */
export class StartSessionDto {
  @ApiProperty({ required: false })
  @MayBeAbsent()
  @IsSessionId()
  session_id?: string;
}

/** Body of `POST /v1/sessions/stop`. The reason is taken for the vendors' SDKs and not trusted. */
export class StopSessionDto extends StartSessionDto {
  @ApiProperty({ required: false, example: 'USER_CLOSED' })
  @MayBeAbsent()
  @Matches(/^[A-Z_]{1,64}$/, { message: 'must be upper-case letters and underscores' })
  reason?: string;
}

/** Body of `POST /v1/sessions/keep-alive`. */
export class KeepAliveDto extends StartSessionDto {
  @ApiProperty({
    required: false,
    example: 15,
    description: 'A promise: the next keep-alive comes within so many seconds.',
  })
  @MayBeAbsent()
  @IsWholeNumber(5, 120)
  next_within_s?: number;
}

/** Body of `POST /v1/streaming.avatar_message`: one turn, as the client saw it. */
export class AvatarMessageDto {
  @ApiProperty()
  @IsSessionId()
  session_id!: string;

  @ApiProperty({ example: 'We open at nine.' })
  @IsUtf8Length(1, MAX_TURN_BYTES)
  text!: string;

  @ApiProperty({ required: false, enum: TURN_ROLES, default: 'avatar' })
  @MayBeAbsent()
  @IsIn(TURN_ROLES)
  role?: TurnRole;

  @ApiProperty({ required: false, description: 'The same id again is the same turn.' })
  @MayBeAbsent()
  @IsConversationId()
  message_id?: string;

  @ApiProperty({ required: false, example: 1760000010 })
  @MayBeAbsent()
  @IsUnixTime()
  timestamp?: number;
}
