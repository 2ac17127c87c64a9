import { ApiProperty } from './description.js';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsString, ValidateNested } from 'class-validator';
import { wordsOf } from './meanings.js';
import { IsConversationId, MayBeAbsent, MayBeNull } from './validators.js';

/** What an erasure is about. */
export const ERASURE_SCOPE_MEANINGS = {
  account: 'everything of an account',
  visitor: 'everything of a visitor',
  conversations: 'the conversations and sessions that the order names',
} as const;
export type ErasureScope = keyof typeof ERASURE_SCOPE_MEANINGS;
export const ERASURE_SCOPES = wordsOf(ERASURE_SCOPE_MEANINGS);

/** One erasure that ilianaai-avatar has to carry out: whatever it keeps of any of these goes. */
export class ErasureOrderDto {
  @ApiProperty({ description: 'The id of the order, by which it is confirmed.' })
  @IsString()
  erasureId!: string;

  @ApiProperty({ description: 'The account that it is about.' })
  @IsString()
  accountId!: string;

  @ApiProperty({ enum: ERASURE_SCOPES, description: 'What has to go.' })
  @IsIn(ERASURE_SCOPES)
  scope!: ErasureScope;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was ordered; what began later under an id is not meant.',
  })
  @IsString()
  orderedAt!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The visitor, with the scope `visitor`; null with the others.',
  })
  @MayBeNull()
  @IsString()
  visitorId!: string | null;

  @ApiProperty({ type: [String], required: false, description: 'Visitors who are kept no more.' })
  @MayBeAbsent()
  @IsString({ each: true })
  @IsArray()
  visitorIds?: string[];

  @ApiProperty({ type: [String], description: 'Conversations, by own ids and by `externalId`.' })
  @IsString({ each: true })
  @IsArray()
  conversationIds!: string[];

  @ApiProperty({ type: [String], description: "Sessions, by the vendor's ids." })
  @IsString({ each: true })
  @IsArray()
  sessionIds!: string[];
}

/** Query of Petya's `GET /avatar/erasures`. */
export class ErasureOrdersQueryDto {
  @ApiProperty({
    required: false,
    description: 'The `erasureId` of the last order known: those behind it are answered.',
  })
  @MayBeAbsent()
  @IsConversationId()
  after?: string;
}

/** Answer of Petya's `GET /avatar/erasures`: the oldest that are not confirmed yet. */
export class ErasureOrdersDto {
  @ApiProperty({ type: [ErasureOrderDto], description: 'Open orders, the oldest first.' })
  @Type(() => ErasureOrderDto)
  @ValidateNested({ each: true })
  @IsArray()
  items!: ErasureOrderDto[];
}

/** A session that is erased, and where its words went. */
export class ErasedSessionDto {
  @ApiProperty({ description: "The session, by the vendor's id." })
  @IsConversationId()
  sessionId!: string;

  @ApiProperty({ required: false, description: 'The conversation that it named.' })
  @MayBeAbsent()
  @IsConversationId()
  conversationId?: string;
}

/** Sessions in one body of `POST /avatar/erasures/:erasureId/sessions`. */
export const MAX_ERASED_SESSIONS = 100;

/** Body of Petya's `POST /avatar/erasures/:erasureId/sessions`. */
export class ErasedSessionsDto {
  @ApiProperty({
    type: [ErasedSessionDto],
    maxItems: MAX_ERASED_SESSIONS,
    description: 'Sessions that the order covers.',
  })
  @Type(() => ErasedSessionDto)
  @ValidateNested({ each: true })
  @ArrayMaxSize(MAX_ERASED_SESSIONS)
  @IsArray()
  sessions!: ErasedSessionDto[];
}

/** Answer of Petya's `POST /avatar/erasures/:erasureId/done` and `/sessions`. */
export class ErasureDoneDto {
  @ApiProperty({ description: 'The order, as the request named it.' })
  erasureId!: string;
}
