import { ApiProperty } from './description.js';
import { IsIn } from 'class-validator';
import { END_REASONS, type EndReason } from './end-reason.js';
import { wordsOf } from './meanings.js';
import { PageQueryDto } from './petya/page-query.dto.js';
import { SESSION_STATES, type SessionState } from './session-state.js';
import { STOPPED_BY, type StoppedBy } from './stopped-by.js';
import { IsConversationId, MayBeAbsent } from './validators.js';

/** Groups of sessions an operator asks for. */
export const SESSION_GROUP_MEANINGS = {
  live: 'those that hold a slot of their account',
  waiting: 'those that are over and whose transcript Petya does not have yet',
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

  @ApiProperty({ required: false, description: 'Only sessions of this account.' })
  @MayBeAbsent()
  @IsConversationId()
  accountId?: string;
}

export const BILLED_SOURCE_MEANINGS = {
  vendor: "the vendor's own record says so",
  own: 'we have counted, since the vendor says nothing',
} as const;
export type BilledSource = keyof typeof BILLED_SOURCE_MEANINGS;
export const BILLED_SOURCES = wordsOf(BILLED_SOURCE_MEANINGS);

/** What a session has cost. */
export class BilledDto {
  @ApiProperty({ type: 'integer', example: 191, description: 'The seconds that are billed.' })
  seconds!: number;

  @ApiProperty({
    nullable: true,
    type: Number,
    example: 8,
    description:
      'The credits that the vendor has taken, which it rounds to minutes; null where it does not tell.',
  })
  credits!: number | null;

  @ApiProperty({ enum: BILLED_SOURCES, description: 'Who says so.' })
  source!: BilledSource;
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

  @ApiProperty({
    nullable: true,
    enum: STOPPED_BY,
    description:
      'Who wanted it to end, the first where several did; null before, and where a record of an earlier release does not say.',
  })
  stoppedBy!: StoppedBy | null;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'anna',
    description:
      'Which operator ended it, by the name beside its token in `ADMIN_TOKEN`; null where that has none, and where no operator did.',
  })
  stoppedByName!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'https://www.shop.example',
    description: 'The page that has opened it; null for a server, and once nobody needs to know.',
  })
  origin!: string | null;

  @ApiProperty({ format: 'date-time', description: 'The last sign of life of its visitor.' })
  seenAt!: string;

  @ApiProperty({
    type: 'integer',
    example: 191,
    description: 'What it has used by now, as it counts for the caps; 0 before it has begun.',
  })
  seconds!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', format: 'date-time' },
    example: { creating: '2026-11-29T10:00:00.000Z', created: '2026-11-29T10:00:00.400Z' },
    description:
      'When it came into each state that it was in, the last time where there were several; empty on records of an earlier release.',
  })
  enteredAt!: Partial<Record<SessionState, string>>;

  @ApiProperty({
    nullable: true,
    type: BilledDto,
    description: 'What it has cost; null until that is known.',
  })
  billed!: BilledDto | null;

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
