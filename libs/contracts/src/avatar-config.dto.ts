import { ApiProperty } from './description.js';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsString,
  ValidateNested,
} from 'class-validator';
import { AvatarOptionsDto } from './avatar-options.dto.js';
import { API_KEY_KINDS, type ApiKeyKind } from './petya/api-keys.dto.js';
import { VISITOR_PROOFS, type VisitorProof } from './visitor-token.js';
import { IsWholeNumber, MayBeAbsent, MayBeNull } from './validators.js';

/** What a token request does when the same visitor already has a live session. */
export const SAME_VISITOR_POLICIES = ['join', 'replace', 'refuse'] as const;
export type SameVisitorPolicy = (typeof SAME_VISITOR_POLICIES)[number];

/**
 * What happens where an account says nothing. A visitor id stands in a public page and proves
 * nothing: whoever knows it may end that visitor's session by starting anew, but not listen in,
 * unless the account chooses `join`.
 */
export const DEFAULT_SAME_VISITOR: SameVisitorPolicy = 'replace';

/** Limits of one account. */
export class AccountLimitsDto {
  @ApiProperty({ example: 5, description: 'Live avatar sessions at the same time.' })
  @IsWholeNumber(0, 10_000)
  maxConcurrentSessions!: number;

  @ApiProperty({ example: 1200, description: 'Longest avatar session in seconds.' })
  @IsWholeNumber(1, 86_400)
  maxSessionSeconds!: number;

  @ApiProperty({ example: 5000, description: 'Turns kept of one avatar session.' })
  @IsWholeNumber(1, 5000)
  maxTranscriptTurns!: number;
}

/** Answer of Petya's `GET /avatar/config`: everything a session needs to know of its account. */
export class AvatarConfigDto {
  @ApiProperty({ example: 'acc_5f1c' })
  @IsNotEmpty()
  @IsString()
  accountId!: string;

  @ApiProperty({ example: 'Katya_Chair_Sitting_public' })
  @IsNotEmpty()
  @IsString()
  avatarId!: string;

  @ApiProperty({ example: 'Hello and welcome. How can I help you today?' })
  @IsString()
  intro!: string;

  @ApiProperty({ nullable: true, type: String, example: null })
  @MayBeNull()
  @IsString()
  knowledgeBaseId!: string | null;

  @ApiProperty({ nullable: true, type: String, example: null })
  @MayBeNull()
  @IsString()
  voiceId!: string | null;

  @ApiProperty({ example: 'en' })
  @IsString()
  language!: string;

  @ApiProperty({
    type: [String],
    required: false,
    example: ['https://shop.example.com'],
    description: 'Only with a service token beside the key.',
  })
  @IsString({ each: true })
  @IsArray()
  allowedOrigins!: string[];

  @ApiProperty({
    type: AccountLimitsDto,
    required: false,
    description: 'Only with a service token beside the key.',
  })
  @Type(() => AccountLimitsDto)
  @ValidateNested()
  @IsObject()
  limits!: AccountLimitsDto;

  @ApiProperty({
    type: AvatarOptionsDto,
    required: false,
    description: 'Only with a service token beside the key, and where the account sets one.',
  })
  @MayBeAbsent()
  @Type(() => AvatarOptionsDto)
  @ValidateNested()
  @IsObject()
  options?: AvatarOptionsDto;

  @ApiProperty({ enum: SAME_VISITOR_POLICIES, required: false })
  @MayBeAbsent()
  @IsIn(SAME_VISITOR_POLICIES)
  sameVisitor?: SameVisitorPolicy;

  @ApiProperty({ required: false, default: true, description: 'False: no session may begin.' })
  @MayBeAbsent()
  @IsBoolean()
  avatarEnabled?: boolean;

  @ApiProperty({ required: false, enum: VISITOR_PROOFS, default: 'optional' })
  @MayBeAbsent()
  @IsIn(VISITOR_PROOFS)
  visitorProof?: VisitorProof;

  @ApiProperty({ required: false, enum: API_KEY_KINDS, default: 'customer' })
  @MayBeAbsent()
  @IsIn(API_KEY_KINDS)
  keyKind?: ApiKeyKind;
}
