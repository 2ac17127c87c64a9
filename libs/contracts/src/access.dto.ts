import { ApiProperty } from './description.js';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { API_KEY_KINDS, type ApiKeyKind } from './petya/api-keys.dto.js';
import { IsConversationId, MayBeAbsent, MayBeNull } from './validators.js';

/** How a session request has named its conversation. */
export const CONVERSATION_NAMINGS = ['none', 'own', 'external', 'unknown'] as const;
export type ConversationNaming = (typeof CONVERSATION_NAMINGS)[number];

/** What Petya says of a session request that names a visitor or a conversation. */
export const ACCESS_VERDICTS = [
  'admitted',
  'visitor_token_needed',
  'token_invalid',
  'not_found',
] as const;
export type AccessVerdict = (typeof ACCESS_VERDICTS)[number];

/** Body of Petya's `POST /avatar/access`: whom a session request says it is for. */
export class AccessRequestDto {
  @ApiProperty({ example: 'acc_5f1c' })
  @IsConversationId()
  accountId!: string;

  @ApiProperty({ required: false, nullable: true, type: String })
  @MayBeNull()
  @IsConversationId()
  visitorId?: string | null;

  @ApiProperty({ required: false, nullable: true, type: String })
  @MayBeNull()
  @IsConversationId()
  conversationId?: string | null;

  @ApiProperty({ required: false, description: 'The visitor token that came along.' })
  @MayBeAbsent()
  @MaxLength(2048)
  @IsString()
  visitorToken?: string;

  @ApiProperty({ required: false, enum: API_KEY_KINDS, default: 'customer' })
  @MayBeAbsent()
  @IsIn(API_KEY_KINDS)
  keyKind?: ApiKeyKind;
}

/** Answer of `POST /avatar/access`. */
export class AccessVerdictDto {
  @ApiProperty({ enum: ACCESS_VERDICTS })
  @IsIn(ACCESS_VERDICTS)
  verdict!: AccessVerdict;

  @ApiProperty({ nullable: true, type: String, description: 'The visitor that is proved.' })
  @MayBeNull()
  @IsConversationId()
  visitorId!: string | null;

  @ApiProperty({
    enum: CONVERSATION_NAMINGS,
    description: 'By its own id, which nobody guesses, or by an externalId.',
  })
  @IsIn(CONVERSATION_NAMINGS)
  conversation!: ConversationNaming;
}
