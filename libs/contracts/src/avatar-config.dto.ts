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
import { wordsOf } from './meanings.js';
import { API_KEY_KINDS, type ApiKeyKind } from './petya/api-keys.dto.js';
import { VISITOR_PROOFS, type VisitorProof } from './visitor-token.js';
import { IsTimeZoneName, IsWholeNumber, MayBeAbsent, MayBeNull } from './validators.js';

/** What a token request does when the same visitor already has a live session. */
export const SAME_VISITOR_MEANINGS = {
  join: 'a visitor with proof gets the session that runs; one without gets a new one',
  replace: 'the session that runs is ended, and a new one begins',
  refuse: 'the request is refused while a session runs (`visitor_has_session`)',
} as const;
export type SameVisitorPolicy = keyof typeof SAME_VISITOR_MEANINGS;
export const SAME_VISITOR_POLICIES = wordsOf(SAME_VISITOR_MEANINGS);

/**
 * What happens where an account says nothing. A visitor id stands in a public page and proves
 * nothing: whoever knows it may end that visitor's session by starting anew, but not listen in,
 * unless the account chooses `join`.
 */
export const DEFAULT_SAME_VISITOR: SameVisitorPolicy = 'replace';

/** More seconds than an account could ever use in a month. */
export const MOST_SECONDS = 1_000_000_000;

/** From which share of its minutes on an account is warned of, where it says nothing. */
export const DEFAULT_WARN_AT_PERCENT = 80;

/** Limits of one account. */
export class AccountLimitsDto {
  @ApiProperty({
    type: 'integer',
    example: 5,
    description: 'Live avatar sessions at the same time.',
  })
  @IsWholeNumber(0, 10_000)
  maxConcurrentSessions!: number;

  @ApiProperty({
    type: 'integer',
    example: 1200,
    description: 'Longest avatar session in seconds.',
  })
  @IsWholeNumber(1, 86_400)
  maxSessionSeconds!: number;

  @ApiProperty({ type: 'integer', example: 5000, description: 'Turns kept of one avatar session.' })
  @IsWholeNumber(1, 5000)
  maxTranscriptTurns!: number;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 7200,
    description:
      'Seconds of video in a day, all sessions together; those that run are ended when they are used up. 0: none at all; null: as many as there are.',
  })
  @MayBeNull()
  @IsWholeNumber(0, MOST_SECONDS)
  maxSecondsPerDay?: number | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 108_000,
    description: 'As `maxSecondsPerDay`, in a month.',
  })
  @MayBeNull()
  @IsWholeNumber(0, MOST_SECONDS)
  maxSecondsPerMonth?: number | null;

  @ApiProperty({
    required: false,
    type: 'integer',
    example: DEFAULT_WARN_AT_PERCENT,
    description: 'From which share of either on the operator is warned.',
  })
  @MayBeAbsent()
  @IsWholeNumber(1, 100)
  warnAtPercent?: number;

  @ApiProperty({
    required: false,
    example: 'Europe/Berlin',
    description: 'The time zone whose days and months are meant, by its IANA name.',
  })
  @MayBeAbsent()
  @IsTimeZoneName()
  timeZone?: string;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 20,
    description:
      'Sessions that one visitor may start in an hour; null: no limit. Visitors without proof are counted by their address.',
  })
  @MayBeNull()
  @IsWholeNumber(1, 10_000)
  maxSessionsPerVisitorPerHour?: number | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 60,
    description:
      'Sessions that may be started from one address in an hour, whoever starts them; null: no limit.',
  })
  @MayBeNull()
  @IsWholeNumber(1, 10_000)
  maxSessionsPerAddressPerHour?: number | null;
}

/** Answer of Petya's `GET /avatar/config`: everything a session needs to know of its account. */
export class AvatarConfigDto {
  @ApiProperty({ example: 'acc_5f1c', description: 'The account of the key.' })
  @IsNotEmpty()
  @IsString()
  accountId!: string;

  @ApiProperty({
    example: 'Katya_Chair_Sitting_public',
    description: "The vendor's id of the avatar; the default where the account has none.",
  })
  @IsNotEmpty()
  @IsString()
  avatarId!: string;

  @ApiProperty({
    example: 'Hello and welcome. How can I help you today?',
    description: 'The greeting; the default where the account has none.',
  })
  @IsString()
  intro!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    example: null,
    description: "The vendor's context that the avatar answers from; null for none.",
  })
  @MayBeNull()
  @IsString()
  knowledgeBaseId!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    example: null,
    description: "The vendor's id of the voice; null for the avatar's own.",
  })
  @MayBeNull()
  @IsString()
  voiceId!: string | null;

  @ApiProperty({ example: 'en', description: 'The language that the avatar speaks.' })
  @IsString()
  language!: string;

  @ApiProperty({
    type: [String],
    required: false,
    example: ['https://shop.example.com'],
    description:
      'Origins whose pages may use the key; none: every one outside production. Only with a service token beside the key.',
  })
  @IsString({ each: true })
  @IsArray()
  allowedOrigins!: string[];

  @ApiProperty({
    type: AccountLimitsDto,
    required: false,
    description: 'What the account may use. Only with a service token beside the key.',
  })
  @Type(() => AccountLimitsDto)
  @ValidateNested()
  @IsObject()
  limits!: AccountLimitsDto;

  @ApiProperty({
    type: AvatarOptionsDto,
    required: false,
    description:
      'What the vendor is told beside. Only with a service token beside the key, and where the account sets one.',
  })
  @MayBeAbsent()
  @Type(() => AvatarOptionsDto)
  @ValidateNested()
  @IsObject()
  options?: AvatarOptionsDto;

  @ApiProperty({
    enum: SAME_VISITOR_POLICIES,
    required: false,
    description:
      'What a request does whose visitor has a live session. Only with a service token beside the key.',
  })
  @MayBeAbsent()
  @IsIn(SAME_VISITOR_POLICIES)
  sameVisitor?: SameVisitorPolicy;

  @ApiProperty({
    required: false,
    description: 'False: no session may begin. True where it is left out.',
  })
  @MayBeAbsent()
  @IsBoolean()
  avatarEnabled?: boolean;

  @ApiProperty({
    required: false,
    enum: VISITOR_PROOFS,
    description:
      'Whether the key of the page needs a visitor token beside it; `optional` where it is left out.',
  })
  @MayBeAbsent()
  @IsIn(VISITOR_PROOFS)
  visitorProof?: VisitorProof;

  @ApiProperty({
    required: false,
    enum: API_KEY_KINDS,
    description: 'The kind of the key; `customer` where it is left out.',
  })
  @MayBeAbsent()
  @IsIn(API_KEY_KINDS)
  keyKind?: ApiKeyKind;
}
