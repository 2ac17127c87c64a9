import { ApiProperty } from './description.js';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsString, ValidateNested } from 'class-validator';
import { IsConversationId, MayBeAbsent, MayBeNull } from './validators.js';

/** What an erasure is about. */
export const ERASURE_SCOPES = ['account', 'visitor', 'conversations'] as const;
export type ErasureScope = (typeof ERASURE_SCOPES)[number];

/** One erasure that ilianaai-avatar has to carry out: whatever it keeps of any of these goes. */
export class ErasureOrderDto {
  @ApiProperty()
  @IsString()
  erasureId!: string;

  @ApiProperty()
  @IsString()
  accountId!: string;

  @ApiProperty({ enum: ERASURE_SCOPES })
  @IsIn(ERASURE_SCOPES)
  scope!: ErasureScope;

  @ApiProperty({ format: 'date-time', description: 'What began later under an id is not meant.' })
  @IsString()
  orderedAt!: string;

  @ApiProperty({ nullable: true, type: String })
  @MayBeNull()
  @IsString()
  visitorId!: string | null;

  @ApiProperty({ type: [String], required: false, description: 'Visitors who are kept no more.' })
  @MayBeAbsent()
  @IsString({ each: true })
  @IsArray()
  visitorIds?: string[];

  @ApiProperty({ type: [String], description: 'Own ids and externalIds.' })
  @IsString({ each: true })
  @IsArray()
  conversationIds!: string[];

  @ApiProperty({ type: [String], description: "The vendor's ids of sessions." })
  @IsString({ each: true })
  @IsArray()
  sessionIds!: string[];
}

/** Query of Petya's `GET /avatar/erasures`. */
export class ErasureOrdersQueryDto {
  @ApiProperty({ required: false, description: 'The `erasureId` of the last one known.' })
  @MayBeAbsent()
  @IsConversationId()
  after?: string;
}

/** Answer of Petya's `GET /avatar/erasures`: the oldest that are not confirmed yet. */
export class ErasureOrdersDto {
  @ApiProperty({ type: [ErasureOrderDto] })
  @Type(() => ErasureOrderDto)
  @ValidateNested({ each: true })
  @IsArray()
  items!: ErasureOrderDto[];
}

/** A session that is erased, and where its words went. */
export class ErasedSessionDto {
  @ApiProperty({ description: "The vendor's id." })
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
  @ApiProperty({ type: [ErasedSessionDto], maxItems: MAX_ERASED_SESSIONS })
  @Type(() => ErasedSessionDto)
  @ValidateNested({ each: true })
  @ArrayMaxSize(MAX_ERASED_SESSIONS)
  @IsArray()
  sessions!: ErasedSessionDto[];
}

/** Answer of Petya's `POST /avatar/erasures/:erasureId/done` and `/sessions`. */
export class ErasureDoneDto {
  @ApiProperty()
  erasureId!: string;
}
