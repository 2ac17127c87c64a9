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
  SAME_VISITOR_POLICIES,
  type SameVisitorPolicy,
} from '../avatar-config.dto.js';
import { AvatarOptionsDto } from '../avatar-options.dto.js';
import { IsUtf8Length, IsWholeNumber, MayBeAbsent, MayBeNull } from '../validators.js';
import { VISITOR_PROOFS, type VisitorProof } from '../visitor-token.js';

/** Vendor ids are opaque; they are limited so that no header, URL or log line is bent by one. */
function IsVendorId(): PropertyDecorator {
  return Matches(/^[\x21-\x7e]{1,128}$/, {
    message: 'must be 1 to 128 printable ASCII characters without spaces',
  });
}

/** Avatar settings of an account. Null takes a value away, so that the default stands again. */
export class AvatarSettingsDto extends AvatarOptionsDto {
  @ApiProperty({ required: false, default: true })
  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;

  @ApiProperty({ required: false, nullable: true, type: String })
  @MayBeNull()
  @IsVendorId()
  avatarId?: string | null;

  @ApiProperty({ required: false, nullable: true, type: String })
  @MayBeNull()
  @IsUtf8Length(1, 2000)
  intro?: string | null;

  @ApiProperty({ required: false, nullable: true, type: String })
  @MayBeNull()
  @IsVendorId()
  knowledgeBaseId?: string | null;

  @ApiProperty({ required: false, nullable: true, type: String })
  @MayBeNull()
  @IsVendorId()
  voiceId?: string | null;
}

/** Limits that differ from the defaults. */
export class LimitSettingsDto {
  @ApiProperty({ required: false, nullable: true, type: Number, default: 5 })
  @MayBeNull()
  @IsWholeNumber(0, 10_000)
  maxConcurrentSessions?: number | null;

  @ApiProperty({ required: false, nullable: true, type: Number, default: 1200 })
  @MayBeNull()
  @IsWholeNumber(1, 86_400)
  maxSessionSeconds?: number | null;

  @ApiProperty({ required: false, nullable: true, type: Number, default: 5000 })
  @MayBeNull()
  @IsWholeNumber(1, 5000)
  maxTranscriptTurns?: number | null;
}

/** What may be set on creation and changed later. */
class AccountSettingsDto {
  @ApiProperty({ required: false, example: 'en', description: 'Language the avatar speaks.' })
  @MayBeAbsent()
  @Matches(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/, { message: 'must be a language tag' })
  language?: string;

  @ApiProperty({ required: false, type: AvatarSettingsDto })
  @MayBeAbsent()
  @Type(() => AvatarSettingsDto)
  @ValidateNested()
  @IsObject()
  avatar?: AvatarSettingsDto;

  @ApiProperty({
    required: false,
    type: [String],
    example: ['https://shop.example.com', 'https://*.example.com'],
  })
  @MayBeAbsent()
  @MaxLength(300, { each: true })
  @IsString({ each: true })
  @ArrayMaxSize(100)
  @IsArray()
  allowedOrigins?: string[];

  @ApiProperty({ required: false, type: LimitSettingsDto })
  @MayBeAbsent()
  @Type(() => LimitSettingsDto)
  @ValidateNested()
  @IsObject()
  limits?: LimitSettingsDto;

  @ApiProperty({ required: false, enum: SAME_VISITOR_POLICIES, default: DEFAULT_SAME_VISITOR })
  @MayBeAbsent()
  @IsIn(SAME_VISITOR_POLICIES)
  sameVisitor?: SameVisitorPolicy;

  @ApiProperty({
    required: false,
    enum: VISITOR_PROOFS,
    default: 'optional',
    description: 'Whether the customer key needs a visitor token beside it for everything.',
  })
  @MayBeAbsent()
  @IsIn(VISITOR_PROOFS)
  visitorProof?: VisitorProof;

  @ApiProperty({
    required: false,
    nullable: true,
    type: Number,
    description: 'Days after the last activity until a conversation is removed; null keeps it.',
  })
  @MayBeNull()
  @IsWholeNumber(1, 3650)
  retentionDays?: number | null;

  @ApiProperty({ required: false, default: false })
  @MayBeAbsent()
  @IsBoolean()
  suspended?: boolean;
}

/** Body of `POST /admin/accounts`. */
export class CreateAccountDto extends AccountSettingsDto {
  @ApiProperty({ example: 'Blumenhaus Berlin' })
  @IsUtf8Length(1, 200)
  name!: string;
}

/** Body of `PATCH /admin/accounts/:id`: only what is sent changes. */
export class UpdateAccountDto extends AccountSettingsDto {
  @ApiProperty({ required: false, example: 'Blumenhaus Berlin' })
  @MayBeAbsent()
  @IsUtf8Length(1, 200)
  name?: string;
}

/** Avatar settings as they are stored: null where the default stands. */
export class StoredAvatarDto extends AvatarOptionsDto {
  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ nullable: true, type: String })
  avatarId!: string | null;

  @ApiProperty({ nullable: true, type: String })
  intro!: string | null;

  @ApiProperty({ nullable: true, type: String })
  knowledgeBaseId!: string | null;

  @ApiProperty({ nullable: true, type: String })
  voiceId!: string | null;
}

/** An account as the operator sees it. */
export class AccountDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10001' })
  accountId!: string;

  @ApiProperty({ example: 'Blumenhaus Berlin' })
  name!: string;

  @ApiProperty({ example: 'en' })
  language!: string;

  @ApiProperty({ type: StoredAvatarDto })
  avatar!: StoredAvatarDto;

  @ApiProperty({ type: [String] })
  allowedOrigins!: string[];

  @ApiProperty({ type: AccountLimitsDto })
  limits!: AccountLimitsDto;

  @ApiProperty({ enum: SAME_VISITOR_POLICIES })
  sameVisitor!: SameVisitorPolicy;

  @ApiProperty({ enum: VISITOR_PROOFS })
  visitorProof!: VisitorProof;

  @ApiProperty({ nullable: true, type: Number })
  retentionDays!: number | null;

  @ApiProperty()
  suspended!: boolean;

  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  createdAt!: string | null;
}

/** One page of accounts. */
export class AccountListDto {
  @ApiProperty({ type: [AccountDto] })
  items!: AccountDto[];

  @ApiProperty({ nullable: true, type: String })
  nextCursor!: string | null;
}

/** Query of `DELETE /admin/accounts/:id`. */
export class DeleteAccountQueryDto {
  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    description: 'Also with live sessions.',
  })
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  force?: 'true' | 'false';
}
