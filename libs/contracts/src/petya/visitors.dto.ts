import { ApiProperty } from '../description.js';
import { IsEmail, Matches, MaxLength } from 'class-validator';
import { ConversationPageDto } from './conversations.dto.js';
import { IsConversationId, IsUtf8Length, MayBeEmpty } from '../validators.js';

/** Body of `POST /visitors/init`. */
export class InitVisitorDto {
  @ApiProperty({ required: false, description: 'A visitor that is known from an earlier call.' })
  @MayBeEmpty()
  @IsConversationId()
  visitorId?: string;

  @ApiProperty({ required: false, example: 'Ada Lovelace' })
  @MayBeEmpty()
  @IsUtf8Length(1, 200)
  name?: string;

  @ApiProperty({ required: false, example: 'ada@example.com' })
  @MayBeEmpty()
  @MaxLength(254, { message: 'must be at most 254 characters' })
  @IsEmail({}, { message: 'must be an e-mail address' })
  email?: string;

  @ApiProperty({ required: false, example: 'https://shop.example.com/roses' })
  @MayBeEmpty()
  @IsUtf8Length(1, 2048)
  pageUrl?: string;

  @ApiProperty({ required: false, example: 'Mozilla/5.0' })
  @MayBeEmpty()
  @IsUtf8Length(1, 1024)
  userAgent?: string;

  @ApiProperty({ required: false, example: 'de-DE' })
  @MayBeEmpty()
  @Matches(/^[A-Za-z0-9_-]{1,35}$/, { message: 'must be a language tag' })
  locale?: string;

  @ApiProperty({ required: false, description: "The site's own id of a person who is logged in." })
  @MayBeEmpty()
  @IsUtf8Length(1, 200)
  userId?: string;

  @ApiProperty({
    required: false,
    description: 'HMAC-SHA-256 of `userId` with a secret key of the account, in hex.',
  })
  @MayBeEmpty()
  @Matches(/^[0-9a-fA-F]{64}$/, { message: 'must be 64 hexadecimal digits' })
  userHash?: string;
}

/** Answer of `POST /visitors/init`. */
export class VisitorRefDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10002' })
  visitorId!: string;

  @ApiProperty({
    required: false,
    description:
      'Proves the visitor, as X-Visitor-Token. With a visitor that was just made or proved.',
  })
  visitorToken?: string;
}

/** How much an erasure removed. */
export class ErasureDto {
  @ApiProperty()
  visitors!: number;

  @ApiProperty()
  conversations!: number;

  @ApiProperty()
  messages!: number;
}

/** Answer of `GET /admin/accounts/:accountId/visitors/:visitorId/export`. */
export class VisitorExportDto {
  @ApiProperty()
  visitorId!: string;

  @ApiProperty({ nullable: true, type: String })
  name!: string | null;

  @ApiProperty({ nullable: true, type: String })
  email!: string | null;

  @ApiProperty({ nullable: true, type: String })
  pageUrl!: string | null;

  @ApiProperty({ nullable: true, type: String })
  userAgent!: string | null;

  @ApiProperty({ nullable: true, type: String })
  locale!: string | null;

  @ApiProperty({ nullable: true, type: String, description: "The site's own id of the person." })
  userId!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  lastSeenAt!: string;

  @ApiProperty({ type: [ConversationPageDto] })
  conversations!: ConversationPageDto[];

  @ApiProperty({ nullable: true, type: String, description: 'Null on the last page.' })
  nextCursor!: string | null;
}
