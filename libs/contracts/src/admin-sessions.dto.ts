import { ApiProperty } from './description.js';
import { IsIn } from 'class-validator';
import { END_REASONS, type EndReason } from './end-reason.js';
import { PageQueryDto } from './petya/page-query.dto.js';
import { MayBeAbsent } from './validators.js';

/** Groups of sessions an operator asks for. */
export const SESSION_GROUPS = ['live', 'waiting', 'parked'] as const;
export type SessionGroup = (typeof SESSION_GROUPS)[number];

/** Query of `GET /api/v1/admin/sessions`. */
export class AdminSessionsQueryDto extends PageQueryDto {
  @ApiProperty({ required: false, enum: SESSION_GROUPS, default: 'live' })
  @MayBeAbsent()
  @IsIn(SESSION_GROUPS)
  group?: SessionGroup;
}

/** A session as an operator sees it; nothing of what was said is in it. */
export class AdminSessionDto {
  @ApiProperty({ description: 'Our own id of the record.' })
  id!: string;

  @ApiProperty({ nullable: true, type: String, description: "The vendor's id." })
  sessionId!: string | null;

  @ApiProperty()
  accountId!: string;

  @ApiProperty({ nullable: true, type: String })
  conversationId!: string | null;

  @ApiProperty({ example: 'active' })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ nullable: true, type: String, format: 'date-time' })
  startedAt!: string | null;

  @ApiProperty({ nullable: true, type: String, format: 'date-time' })
  endedAt!: string | null;

  @ApiProperty({ nullable: true, enum: END_REASONS })
  endReason!: EndReason | null;

  @ApiProperty({ description: 'Version that Petya shall know, and the one it has confirmed.' })
  version!: number;

  @ApiProperty()
  deliveredVersion!: number;

  @ApiProperty({ description: 'Delivery attempts of the current version.' })
  attempts!: number;

  @ApiProperty({ nullable: true, type: String, example: 'status 409' })
  lastError!: string | null;
}

/** A page of sessions. */
export class AdminSessionPageDto {
  @ApiProperty({ type: [AdminSessionDto] })
  items!: AdminSessionDto[];

  @ApiProperty({ nullable: true, type: String })
  nextCursor!: string | null;
}
