import { Equals, IsBoolean, IsISO8601, IsString, MaxLength } from 'class-validator';
import { ApiProperty } from './description.js';
import { IsConversationId, IsWholeNumber, MayBeAbsent } from './validators.js';

/** Whether sessions may be opened. */
export class OpeningDto {
  @ApiProperty({ description: 'Whether nobody may open a session, of any account.' })
  paused!: boolean;

  @ApiProperty({
    nullable: true,
    type: String,
    maxLength: 200,
    description: 'Why, for the other operators; null where nothing was said. No visitor sees it.',
  })
  reason!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it ends by itself; null where an operator has to end it.',
  })
  until!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Who has set it, by the name beside the token; null where it has none.',
  })
  by!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it was set; null where it never was.',
  })
  setAt!: string | null;
}

/** Body of `PUT /api/v1/admin/opening`. */
export class SetOpeningDto {
  @ApiProperty({ description: 'Whether nobody may open a session, of any account.' })
  @IsBoolean()
  paused!: boolean;

  @ApiProperty({
    required: false,
    maxLength: 200,
    description: 'Why, for the other operators. No visitor sees it.',
  })
  @MayBeAbsent()
  @MaxLength(200)
  @IsString()
  reason?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    example: '2026-11-30T06:00:00Z',
    description: 'When it ends by itself, at most 7 days from now.',
  })
  @MayBeAbsent()
  @IsISO8601({ strict: true, strictSeparator: true })
  until?: string;
}

/** Body of `POST /api/v1/admin/stops`. */
export class StopManyDto {
  @ApiProperty({ required: false, description: 'Whose sessions; either this or `all`.' })
  @MayBeAbsent()
  @IsConversationId()
  accountId?: string;

  @ApiProperty({
    required: false,
    enum: [true],
    type: Boolean,
    description: 'The sessions of all accounts; either this or `accountId`.',
  })
  @MayBeAbsent()
  @Equals(true)
  all?: true;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    description: 'How many are live, as you have seen. Where there are others, nothing is stopped.',
  })
  @IsWholeNumber(0, 1_000_000)
  expected!: number;
}

/** What has become of an order to stop many. */
export class StoppedManyDto {
  @ApiProperty({ type: 'integer', description: 'Sessions whose end is recorded, and not undone.' })
  stopped!: number;

  @ApiProperty({
    type: 'integer',
    description:
      'Sessions whose end is not recorded in time, since the database is slow or away: ask again.',
  })
  failed!: number;
}
