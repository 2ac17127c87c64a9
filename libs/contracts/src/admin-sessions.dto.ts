import { ApiProperty } from './description.js';
import { IsIn } from 'class-validator';
import { END_REASONS, type EndReason } from './end-reason.js';
import { wordsOf } from './meanings.js';
import { PageQueryDto } from './petya/page-query.dto.js';
import { SESSION_STATES, type SessionState } from './session-state.js';
import { MayBeAbsent } from './validators.js';

/** Groups of sessions an operator asks for. */
export const SESSION_GROUP_MEANINGS = {
  live: 'those that hold a slot of their account',
  waiting: 'those that are over and wait for Petya',
  parked: 'those whose transcript Petya refuses',
} as const;
export type SessionGroup = keyof typeof SESSION_GROUP_MEANINGS;
export const SESSION_GROUPS = wordsOf(SESSION_GROUP_MEANINGS);

/** Query of `GET /api/v1/admin/sessions`. */
export class AdminSessionsQueryDto extends PageQueryDto {
  @ApiProperty({
    required: false,
    enum: SESSION_GROUPS,
    default: 'live',
    description: 'Which sessions are listed.',
  })
  @MayBeAbsent()
  @IsIn(SESSION_GROUPS)
  group?: SessionGroup;
}

/** A session as an operator sees it; nothing of what was said is in it. */
export class AdminSessionDto {
  @ApiProperty({ description: 'Our own id of the record, by which the operator names it.' })
  id!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: "The vendor's id; null before the vendor has given one.",
  })
  sessionId!: string | null;

  @ApiProperty({ description: 'The account that it counts for.' })
  accountId!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The conversation that its opener has named; null where it named none.',
  })
  conversationId!: string | null;

  @ApiProperty({ enum: SESSION_STATES, example: 'active', description: 'Where it stands.' })
  state!: SessionState;

  @ApiProperty({ format: 'date-time', description: 'When it was asked for.' })
  createdAt!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it began to be billed; null before.',
  })
  startedAt!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it was over; null before.',
  })
  endedAt!: string | null;

  @ApiProperty({ nullable: true, enum: END_REASONS, description: 'Why it ended; null before.' })
  endReason!: EndReason | null;

  @ApiProperty({ type: 'integer', description: 'The version that Petya shall know.' })
  version!: number;

  @ApiProperty({
    type: 'integer',
    description: 'The version that Petya has confirmed last; 0 for none.',
  })
  deliveredVersion!: number;

  @ApiProperty({ type: 'integer', description: 'Delivery attempts of the current version.' })
  attempts!: number;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'status 409',
    description: 'Why the last attempt failed; null where none did.',
  })
  lastError!: string | null;
}

/** A page of sessions. */
export class AdminSessionPageDto {
  @ApiProperty({ type: [AdminSessionDto], description: 'Sessions, the oldest first.' })
  items!: AdminSessionDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The `cursor` of the next page; null on the last one.',
  })
  nextCursor!: string | null;
}
