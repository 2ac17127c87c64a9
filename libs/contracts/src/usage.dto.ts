import { ApiProperty } from './description.js';
import { IsIn, Matches } from 'class-validator';
import { IsConversationId, MayBeAbsent } from './validators.js';

/** Longest range that usage is told of in one answer. */
export const MAX_USAGE_DAYS = 366;

/** Query of `GET /api/v1/admin/accounts/:accountId/usage` of petya-avatar-api. */
export class UsageRangeQueryDto {
  @ApiProperty({
    required: false,
    example: '2026-11-01',
    description: `The first day; the first of this month where it is left out. At most ${MAX_USAGE_DAYS} days at once.`,
  })
  @MayBeAbsent()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'must be a day, such as 2026-11-29' })
  from?: string;

  @ApiProperty({
    required: false,
    example: '2026-11-30',
    description: 'The last day; today where it is left out.',
  })
  @MayBeAbsent()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'must be a day, such as 2026-11-29' })
  to?: string;

  @ApiProperty({
    required: false,
    default: 'UTC',
    example: 'Europe/Berlin',
    description: 'Whose days, by its IANA name.',
  })
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9_+/-]{1,64}$/, { message: 'must be a time zone, such as Europe/Berlin' })
  timeZone?: string;

  @ApiProperty({
    required: false,
    enum: ['json', 'csv'],
    default: 'json',
    description: 'How it is told: as sums, or as a table with a row for each session.',
  })
  @MayBeAbsent()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

/** Query of `GET /api/v1/admin/usage` of ilianaai-avatar. */
export class UsageQueryDto extends UsageRangeQueryDto {
  @ApiProperty({ description: 'Whose minutes.' })
  @IsConversationId()
  accountId!: string;
}

/** What the sessions of some time have cost together. */
export class UsageSumDto {
  @ApiProperty({ type: 'integer', description: 'Sessions that were started.' })
  sessions!: number;

  @ApiProperty({
    type: 'integer',
    description:
      'Their seconds, as the vendor bills them, and as they have passed where it has not told yet.',
  })
  seconds!: number;

  @ApiProperty({
    example: 8,
    description: 'The credits that the vendor has told; it rounds each session to minutes.',
  })
  credits!: number;
}

/** One day of an account. */
export class UsageDayDto extends UsageSumDto {
  @ApiProperty({ example: '2026-11-29', description: 'The day, in the time zone of the answer.' })
  day!: string;
}

/** What an account has used, as both apps tell it. A session belongs whole to the day in which it started. */
export class UsageDto {
  @ApiProperty({ description: 'Whose minutes.' })
  accountId!: string;

  @ApiProperty({ example: '2026-11-01', description: 'The first day.' })
  from!: string;

  @ApiProperty({ example: '2026-11-30', description: 'The last day.' })
  to!: string;

  @ApiProperty({ example: 'UTC', description: 'Whose days.' })
  timeZone!: string;

  @ApiProperty({ type: UsageSumDto, description: 'All of them together.' })
  total!: UsageSumDto;

  @ApiProperty({ type: [UsageDayDto], description: 'Days on which a session started, in order.' })
  days!: UsageDayDto[];
}
