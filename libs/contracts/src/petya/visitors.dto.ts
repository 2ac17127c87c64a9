import { ApiProperty } from '../description.js';
import { IsEmail, Matches, MaxLength } from 'class-validator';
import { ConversationPageDto } from './conversations.dto.js';
import { IsConversationId, IsUtf8Length, MayBeEmpty, IgnoresUnknown } from '../validators.js';

/** Body of `POST /visitors/init`. */
@IgnoresUnknown()
export class InitVisitorDto {
  @ApiProperty({
    required: false,
    description: 'A visitor from an earlier call; where it is left out, a new one is made.',
  })
  @MayBeEmpty()
  @IsConversationId()
  visitorId?: string;

  @ApiProperty({
    required: false,
    example: 'Ada Lovelace',
    description: 'The name, up to 200 bytes.',
  })
  @MayBeEmpty()
  @IsUtf8Length(1, 200)
  name?: string;

  @ApiProperty({ required: false, example: 'ada@example.com', description: 'The e-mail address.' })
  @MayBeEmpty()
  @MaxLength(254, { message: 'must be at most 254 characters' })
  @IsEmail({}, { message: 'must be an e-mail address' })
  email?: string;

  @ApiProperty({
    required: false,
    example: 'https://shop.example.com/roses',
    description: 'The page it is on; its query and fragment are dropped.',
  })
  @MayBeEmpty()
  @IsUtf8Length(1, 2048)
  pageUrl?: string;

  @ApiProperty({
    required: false,
    example: 'Mozilla/5.0',
    description: 'What its browser calls itself.',
  })
  @MayBeEmpty()
  @IsUtf8Length(1, 1024)
  userAgent?: string;

  @ApiProperty({ required: false, example: 'de-DE', description: 'The language of its browser.' })
  @MayBeEmpty()
  @Matches(/^[A-Za-z0-9_-]{1,35}$/, { message: 'must be a language tag' })
  locale?: string;

  @ApiProperty({
    required: false,
    description: "The site's own id of a person who is logged in; `userHash` goes with it.",
  })
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
  @ApiProperty({ example: '6b0159f1a470160ca3a10002', description: 'The visitor.' })
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
  @ApiProperty({ type: 'integer', description: 'Visitors that were removed.' })
  visitors!: number;

  @ApiProperty({ type: 'integer', description: 'Conversations that were removed.' })
  conversations!: number;

  @ApiProperty({ type: 'integer', description: 'Messages that were removed.' })
  messages!: number;
}

/** A visitor as the operator sees it. */
export class ListedVisitorDto {
  @ApiProperty({ description: 'The visitor.' })
  visitorId!: string;

  @ApiProperty({ nullable: true, type: String, description: 'The name; null where none is known.' })
  name!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The e-mail address; null where none is known.',
  })
  email!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The page it was on last; null where none is known.',
  })
  pageUrl!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'What its browser calls itself; null where that is not known.',
  })
  userAgent!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The language of its browser; null where none is known.',
  })
  locale!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: "The site's own id of the person; null where nobody was logged in.",
  })
  userId!: string | null;

  @ApiProperty({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'When it was made; null on records from before that do not tell.',
  })
  createdAt!: string | null;

  @ApiProperty({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'When it was seen last; null on records from before that do not tell.',
  })
  lastSeenAt!: string | null;
}

/** One page of visitors. Answer of `GET /admin/accounts/:accountId/visitors`. */
export class VisitorListDto {
  @ApiProperty({ type: [ListedVisitorDto], description: 'Visitors, the last seen first.' })
  items!: ListedVisitorDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The `cursor` of the next page; null on the last one.',
  })
  nextCursor!: string | null;
}

/** Answer of `GET /admin/accounts/:accountId/visitors/:visitorId/export`. */
export class VisitorExportDto extends ListedVisitorDto {
  @ApiProperty({
    type: [ConversationPageDto],
    description: 'Its conversations, with what was written and said on this page.',
  })
  conversations!: ConversationPageDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The `cursor` of the next page; null on the last one.',
  })
  nextCursor!: string | null;
}
