import { ApiProperty } from '../description.js';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import {
  AccountLimitsDto,
  DEFAULT_SAME_VISITOR,
  DEFAULT_WARN_AT_PERCENT,
  MOST_SECONDS,
  SAME_VISITOR_POLICIES,
  type SameVisitorPolicy,
} from '../avatar-config.dto.js';
import { AvatarOptionsDto } from '../avatar-options.dto.js';
import {
  IsTimeZoneName,
  IsUtf8Length,
  IsWholeNumber,
  MayBeAbsent,
  MayBeNull,
} from '../validators.js';
import { VISITOR_PROOFS, type VisitorProof } from '../visitor-token.js';
import { ACCOUNT_WARNINGS, type AccountWarning } from '../warnings.js';

/** Vendor ids are opaque; they are limited so that no header, URL or log line is bent by one. */
function IsVendorId(): PropertyDecorator {
  return Matches(/^[\x21-\x7e]{1,128}$/, {
    message: 'must be 1 to 128 printable ASCII characters without spaces',
  });
}

/** Avatar settings of an account. Null takes a value away, so that the default stands again. */
export class AvatarSettingsDto extends AvatarOptionsDto {
  @ApiProperty({
    required: false,
    description: 'Whether sessions may begin; true where nothing was ever set.',
  })
  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    description: "The vendor's id of the avatar, for LiveAvatar a UUID; null for the default.",
  })
  @MayBeNull()
  @IsVendorId()
  avatarId?: string | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    description: 'The greeting, up to 2,000 bytes; null for the default.',
  })
  @MayBeNull()
  @IsUtf8Length(1, 2000)
  intro?: string | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    description:
      "The vendor's context that the avatar answers from, for LiveAvatar a UUID; null for none: then the avatar stays silent.",
  })
  @MayBeNull()
  @IsVendorId()
  knowledgeBaseId?: string | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    description: "The vendor's id of the voice, for LiveAvatar a UUID; null for the avatar's own.",
  })
  @MayBeNull()
  @IsVendorId()
  voiceId?: string | null;
}

/** Limits that differ from the defaults. */
export class LimitSettingsDto {
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 5,
    description: 'Live avatar sessions at the same time; null, and where nothing was ever set: 5.',
  })
  @MayBeNull()
  @IsWholeNumber(0, 10_000)
  maxConcurrentSessions?: number | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 1200,
    description: 'Longest avatar session in seconds; null, and where nothing was ever set: 1200.',
  })
  @MayBeNull()
  @IsWholeNumber(1, 86_400)
  maxSessionSeconds?: number | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 5000,
    description: 'Turns kept of one avatar session; null, and where nothing was ever set: 5000.',
  })
  @MayBeNull()
  @IsWholeNumber(1, 5000)
  maxTranscriptTurns?: number | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    example: 7200,
    description:
      'Seconds of video in a day, all sessions together: beyond, none begins and those that run are ended. 0 lets none begin; null: no limit.',
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
    nullable: true,
    type: 'integer',
    example: DEFAULT_WARN_AT_PERCENT,
    description: `From which share of either on you are warned, in percent; null, and where nothing was ever set: ${DEFAULT_WARN_AT_PERCENT}.`,
  })
  @MayBeNull()
  @IsWholeNumber(1, 100)
  warnAtPercent?: number | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: 'Europe/Berlin',
    description:
      'The time zone whose days and months are meant, by its IANA name; null, and where nothing was ever set: UTC.',
  })
  @MayBeNull()
  @IsTimeZoneName()
  timeZone?: string | null;

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

/** What may be set on creation and changed later. */
class AccountSettingsDto {
  @ApiProperty({
    required: false,
    example: 'en',
    description: 'The language that the avatar speaks.',
  })
  @MayBeAbsent()
  @Matches(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/, { message: 'must be a language tag' })
  language?: string;

  @ApiProperty({
    required: false,
    type: AvatarSettingsDto,
    description: 'The avatar; members that are left out stay as they are.',
  })
  @MayBeAbsent()
  @Type(() => AvatarSettingsDto)
  @ValidateNested()
  @IsObject()
  avatar?: AvatarSettingsDto;

  @ApiProperty({
    required: false,
    type: [String],
    example: ['https://shop.example.com', 'https://*.example.com'],
    description:
      'Origins whose pages may use the key of the page. An empty list allows every origin outside production and none in production.',
  })
  @MayBeAbsent()
  @MaxLength(300, { each: true })
  @IsString({ each: true })
  @ArrayMaxSize(100)
  @IsArray()
  allowedOrigins?: string[];

  @ApiProperty({
    required: false,
    type: LimitSettingsDto,
    description: 'What the account may use; members that are left out stay as they are.',
  })
  @MayBeAbsent()
  @Type(() => LimitSettingsDto)
  @ValidateNested()
  @IsObject()
  limits?: LimitSettingsDto;

  @ApiProperty({
    required: false,
    enum: SAME_VISITOR_POLICIES,
    description: `What a request does whose visitor has a live session; ${DEFAULT_SAME_VISITOR} where nothing was ever set.`,
  })
  @MayBeAbsent()
  @IsIn(SAME_VISITOR_POLICIES)
  sameVisitor?: SameVisitorPolicy;

  @ApiProperty({
    required: false,
    enum: VISITOR_PROOFS,
    description:
      'Whether the key of the page needs a visitor token beside it; `optional` where nothing was ever set.',
  })
  @MayBeAbsent()
  @IsIn(VISITOR_PROOFS)
  visitorProof?: VisitorProof;

  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    description: 'Days after the last activity until a conversation is removed; null keeps it.',
  })
  @MayBeNull()
  @IsWholeNumber(1, 3650)
  retentionDays?: number | null;

  @ApiProperty({
    required: false,
    description: 'Whether everything is refused to its keys; false where nothing was ever set.',
  })
  @MayBeAbsent()
  @IsBoolean()
  suspended?: boolean;
}

/** Body of `POST /admin/accounts`. */
export class CreateAccountDto extends AccountSettingsDto {
  @ApiProperty({
    example: 'Blumenhaus Berlin',
    description: 'What the account is called, up to 200 bytes.',
  })
  @IsUtf8Length(1, 200)
  name!: string;
}

/** Body of `PATCH /admin/accounts/:id`: only what is sent changes. */
export class UpdateAccountDto extends AccountSettingsDto {
  @ApiProperty({
    required: false,
    example: 'Blumenhaus Berlin',
    description: 'What the account is called, up to 200 bytes.',
  })
  @MayBeAbsent()
  @IsUtf8Length(1, 200)
  name?: string;
}

/** Avatar settings as they are stored: null where the default stands. */
export class StoredAvatarDto extends AvatarOptionsDto {
  @ApiProperty({ description: 'Whether sessions may begin.' })
  enabled!: boolean;

  @ApiProperty({
    nullable: true,
    type: String,
    description: "The vendor's id of the avatar; null where the default stands.",
  })
  avatarId!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The greeting; null where the default stands.',
  })
  intro!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: "The vendor's context that the avatar answers from; null for none.",
  })
  knowledgeBaseId!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: "The vendor's id of the voice; null for the avatar's own.",
  })
  voiceId!: string | null;
}

/** An account as the operator sees it. */
export class AccountDto {
  @ApiProperty({
    example: '6b0159f1a470160ca3a10001',
    description: 'The id of the account, by which the operator names it.',
  })
  accountId!: string;

  @ApiProperty({ example: 'Blumenhaus Berlin', description: 'What it is called.' })
  name!: string;

  @ApiProperty({ example: 'en', description: 'The language that the avatar speaks.' })
  language!: string;

  @ApiProperty({ type: StoredAvatarDto, description: 'The avatar, as it is stored.' })
  avatar!: StoredAvatarDto;

  @ApiProperty({
    type: [String],
    description: 'Origins whose pages may use the key of the page.',
  })
  allowedOrigins!: string[];

  @ApiProperty({
    type: AccountLimitsDto,
    description: 'What it may use; a default stands where nothing was ever set.',
  })
  limits!: AccountLimitsDto;

  @ApiProperty({
    enum: SAME_VISITOR_POLICIES,
    description: 'What a request does whose visitor has a live session.',
  })
  sameVisitor!: SameVisitorPolicy;

  @ApiProperty({
    enum: VISITOR_PROOFS,
    description: 'Whether the key of the page needs a visitor token beside it.',
  })
  visitorProof!: VisitorProof;

  @ApiProperty({
    nullable: true,
    type: 'integer',
    description: 'Days after the last activity until a conversation is removed; null: it is kept.',
  })
  retentionDays!: number | null;

  @ApiProperty({ description: 'Whether everything is refused to its keys.' })
  suspended!: boolean;

  @ApiProperty({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'When it was made; null for one from before whose id does not tell.',
  })
  createdAt!: string | null;

  @ApiProperty({
    required: false,
    isArray: true,
    enum: ACCOUNT_WARNINGS,
    description: 'What does not work as it is set; left out where there is nothing.',
  })
  warnings?: AccountWarning[];
}

/** One page of accounts. */
export class AccountListDto {
  @ApiProperty({ type: [AccountDto], description: 'Accounts, in the order they were made.' })
  items!: AccountDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The `cursor` of the next page; null on the last one.',
  })
  nextCursor!: string | null;
}

/** Query of `DELETE /admin/accounts/:id`. */
export class DeleteAccountQueryDto {
  @ApiProperty({
    required: false,
    type: Boolean,
    description: 'Whether it is removed with live sessions, too; false where it is left out.',
  })
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  force?: 'true' | 'false';
}
