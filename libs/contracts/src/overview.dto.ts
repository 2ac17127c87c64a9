import { ApiProperty } from './description.js';
import { OpeningDto } from './steering.dto.js';

/** A vendor as an operator sees it. */
export class OverviewVendorDto {
  @ApiProperty({ example: 'liveavatar', description: 'Its name.' })
  name!: string;

  @ApiProperty({
    nullable: true,
    type: Number,
    example: 42.5,
    description: 'Credits that the account has there; null where it has not told.',
  })
  creditsLeft!: number | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it told that.',
  })
  creditsReadAt!: string | null;

  @ApiProperty({ description: 'Whether its last calls were answered.' })
  reachable!: boolean;
}

/** What yesterday's comparison has shown. */
export class OverviewDayDto {
  @ApiProperty({ example: '2026-11-26', description: 'The day, in UTC.' })
  day!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was made.' })
  madeAt!: string;

  @ApiProperty({
    type: 'integer',
    description: 'Sessions that are neither `equal` nor `still_running`.',
  })
  differing!: number;
}

/** How the comparison with the vendor stands. */
export class OverviewReconciliationDto {
  @ApiProperty({
    nullable: true,
    type: OverviewDayDto,
    description: 'The day before this one, in UTC; null where it was not compared.',
  })
  yesterday!: OverviewDayDto | null;
}

/** Sessions by state. Of what is over and delivered there is no end, and no count. */
export class OverviewSessionsDto {
  @ApiProperty({ type: 'integer', description: 'Their slot is taken, and the vendor is asked.' })
  creating!: number;

  @ApiProperty({ type: 'integer', description: 'A token was given, and nobody has started them.' })
  created!: number;

  @ApiProperty({ type: 'integer', description: 'The vendor is asked to start them.' })
  starting!: number;

  @ApiProperty({ type: 'integer', description: 'They run and are billed.' })
  active!: number;

  @ApiProperty({ type: 'integer', description: 'Their end is wanted.' })
  stopping!: number;

  @ApiProperty({ type: 'integer', description: 'They are over; the transcript is being closed.' })
  stopped!: number;

  @ApiProperty({ type: 'integer', description: 'Their transcript waits for Petya.' })
  final!: number;

  @ApiProperty({ type: 'integer', description: 'Petya refuses their transcript.' })
  parked!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Those that hold a slot: the first five together, which is what `expected` names.',
  })
  live!: number;
}

/** How far the work on sessions is behind. */
export class OverviewLagDto {
  @ApiProperty({
    type: 'integer',
    description:
      'Whole seconds since something was due that ends a session, or since the oldest was to end that has not; 0 for none.',
  })
  end!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Whole seconds since a look at a session was due; 0 for none.',
  })
  life!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Whole seconds since a delivery was due; 0 for none.',
  })
  outbox!: number;
}

/** The service that takes the transcripts. */
export class OverviewPetyaDto {
  @ApiProperty({ description: 'Whether its last calls were answered.' })
  reachable!: boolean;

  @ApiProperty({
    type: 'integer',
    description: 'Seconds for which the oldest closed transcript waits for it; 0 for none.',
  })
  oldestWaitingSeconds!: number;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'http://127.0.0.1:5001',
    description:
      "Where operators' browsers find its board (`PETYA_BOARD_URL`); null where it is not set.",
  })
  boardUrl!: string | null;
}

/** What all accounts have used, at all vendors; null until it is added up, shortly after a start. */
export class OverviewUsedDto {
  @ApiProperty({
    nullable: true,
    type: 'integer',
    description: 'Seconds of the sessions started today, in UTC, as of the last minute.',
  })
  today!: number | null;

  @ApiProperty({
    nullable: true,
    type: 'integer',
    description: 'Seconds of those started this month, in UTC.',
  })
  month!: number | null;
}

/** Everything at a glance. */
export class OverviewDto {
  @ApiProperty({
    format: 'date-time',
    description: 'When counts and lags were read: within the last seconds where all is well.',
  })
  readAt!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'anna',
    description: 'You, by the name beside your token in `ADMIN_TOKEN`; null where it has none.',
  })
  you!: string | null;

  @ApiProperty({ type: OverviewSessionsDto, description: 'Sessions by state.' })
  sessions!: OverviewSessionsDto;

  @ApiProperty({ type: OverviewLagDto, description: 'How far the work is behind.' })
  lagSeconds!: OverviewLagDto;

  @ApiProperty({ type: OverviewPetyaDto, description: 'The service that takes transcripts.' })
  petya!: OverviewPetyaDto;

  @ApiProperty({ type: OverviewUsedDto, description: 'What all accounts have used, in seconds.' })
  usedSeconds!: OverviewUsedDto;

  @ApiProperty({ type: OpeningDto, description: 'Whether sessions may be opened.' })
  opening!: OpeningDto;

  @ApiProperty({ type: [OverviewVendorDto], description: 'The vendors that are switched on.' })
  vendors!: OverviewVendorDto[];

  @ApiProperty({ type: OverviewReconciliationDto, description: 'Bills beside our records.' })
  reconciliation!: OverviewReconciliationDto;
}
