import { ApiProperty } from './description.js';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { wordsOf } from './meanings.js';
import { API_KEY_KINDS, type ApiKeyKind } from './petya/api-keys.dto.js';
import { IsConversationId, MayBeAbsent, MayBeNull } from './validators.js';

/** How a session request has named its conversation. */
export const CONVERSATION_NAMING_MEANINGS = {
  none: 'it names none',
  own: "by Petya's own id, which nobody guesses",
  external: 'by an `externalId`, or by an id from before, which can be guessed',
  unknown: 'by an id that Petya does not know',
} as const;
export type ConversationNaming = keyof typeof CONVERSATION_NAMING_MEANINGS;
export const CONVERSATION_NAMINGS = wordsOf(CONVERSATION_NAMING_MEANINGS);

/** What Petya says of a session request that names a visitor or a conversation. */
export const ACCESS_VERDICT_MEANINGS = {
  admitted: 'the session may begin',
  visitor_token_needed: 'what is named needs the token of its visitor',
  token_invalid: 'the visitor token has expired, or is of another account',
  not_found: 'what is named is not there, or is of another visitor',
} as const;
export type AccessVerdict = keyof typeof ACCESS_VERDICT_MEANINGS;
export const ACCESS_VERDICTS = wordsOf(ACCESS_VERDICT_MEANINGS);

/** What of a request is not there, where the verdict is `not_found`. */
export const MISSING_MEANINGS = {
  visitor: 'the visitor that is named, or whose token came along',
  conversation: 'the conversation that is named',
} as const;
export type Missing = keyof typeof MISSING_MEANINGS;
export const MISSING_PARTS = wordsOf(MISSING_MEANINGS);

/** Body of Petya's `POST /avatar/access`: whom a session request says it is for. */
export class AccessRequestDto {
  @ApiProperty({ example: 'acc_5f1c', description: 'The account of the key that came along.' })
  @IsConversationId()
  accountId!: string;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    description: 'The visitor that the request names; null as if left out.',
  })
  @MayBeNull()
  @IsConversationId()
  visitorId?: string | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    description:
      'The conversation that the request names, by its own id or its `externalId`; null as if left out.',
  })
  @MayBeNull()
  @IsConversationId()
  conversationId?: string | null;

  @ApiProperty({ required: false, description: 'The visitor token that came along.' })
  @MayBeAbsent()
  @MaxLength(2048)
  @IsString()
  visitorToken?: string;

  @ApiProperty({
    required: false,
    enum: API_KEY_KINDS,
    description: 'The kind of key that came along; `customer` where it is left out.',
  })
  @MayBeAbsent()
  @IsIn(API_KEY_KINDS)
  keyKind?: ApiKeyKind;
}

/** Answer of `POST /avatar/access`. */
export class AccessVerdictDto {
  @ApiProperty({ enum: ACCESS_VERDICTS, description: 'Whether the session may begin.' })
  @IsIn(ACCESS_VERDICTS)
  verdict!: AccessVerdict;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The visitor that is proved, or for whom a secret key answers; null for nobody.',
  })
  @MayBeNull()
  @IsConversationId()
  visitorId!: string | null;

  @ApiProperty({
    enum: CONVERSATION_NAMINGS,
    description: 'How the conversation was named.',
  })
  @IsIn(CONVERSATION_NAMINGS)
  conversation!: ConversationNaming;

  @ApiProperty({
    required: false,
    enum: MISSING_PARTS,
    description: 'With `not_found`: what is not there.',
  })
  @MayBeAbsent()
  @IsIn(MISSING_PARTS)
  missing?: Missing;
}
