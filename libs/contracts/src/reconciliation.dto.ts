import { ApiProperty } from './description.js';
import { wordsOf } from './meanings.js';

/** How a session stands at the vendor and here. */
export const RECONCILIATION_VERDICT_MEANINGS = {
  equal: 'both have it, with the same seconds',
  seconds_differ: 'both have it, with other seconds; the vendor bills its own',
  ours_failed_but_billed: 'it never started here, and the vendor bills it',
  missing_here: 'the vendor has it and no record here; the key may be shared',
  missing_there: 'it started here, and the vendor does not list it',
  still_running: 'it runs, or its cost is not told yet',
} as const;
export type ReconciliationVerdict = keyof typeof RECONCILIATION_VERDICT_MEANINGS;
export const RECONCILIATION_VERDICTS = wordsOf(RECONCILIATION_VERDICT_MEANINGS);

/** Sums of a day, of sessions that are over. */
export class ReconciliationSumsDto {
  @ApiProperty({ type: 'integer', description: 'Sessions that were started, by our records.' })
  sessions!: number;

  @ApiProperty({ type: 'integer', description: 'Their seconds, by our records.' })
  seconds!: number;

  @ApiProperty({ type: 'integer', description: 'Sessions that the vendor lists.' })
  vendorSessions!: number;

  @ApiProperty({ type: 'integer', description: 'Their seconds, as the vendor bills them.' })
  vendorSeconds!: number;

  @ApiProperty({ example: 8, description: 'Their credits, as the vendor tells them.' })
  credits!: number;
}

/** Sessions of a day by verdict. */
export class ReconciliationCountsDto implements Readonly<Record<ReconciliationVerdict, number>> {
  @ApiProperty({ type: 'integer', description: 'Both have them, with the same seconds.' })
  equal!: number;

  @ApiProperty({ type: 'integer', description: 'Both have them, with other seconds.' })
  seconds_differ!: number;

  @ApiProperty({ type: 'integer', description: 'They never started here and are billed.' })
  ours_failed_but_billed!: number;

  @ApiProperty({ type: 'integer', description: 'The vendor alone has them.' })
  missing_here!: number;

  @ApiProperty({ type: 'integer', description: 'The vendor does not list them.' })
  missing_there!: number;

  @ApiProperty({ type: 'integer', description: 'They run, or their cost is not told yet.' })
  still_running!: number;
}

/** One session that is not `equal`. Nothing of what was said is in it, and nothing of whom. */
export class ReconciliationRowDto {
  @ApiProperty({
    enum: RECONCILIATION_VERDICTS,
    example: 'seconds_differ',
    description: 'How it stands.',
  })
  verdict!: ReconciliationVerdict;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Our own id of the record; null where there is none.',
  })
  id!: string | null;

  @ApiProperty({ nullable: true, type: String, description: "The vendor's id; null for none." })
  sessionId!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The account that it counts for; null where no record says.',
  })
  accountId!: string | null;

  @ApiProperty({
    format: 'date-time',
    description: 'When it started by our record, and by the vendor where that says nothing.',
  })
  startedAt!: string;

  @ApiProperty({
    nullable: true,
    type: 'integer',
    description: 'Its seconds here; null for none, or not before it is over.',
  })
  seconds!: number | null;

  @ApiProperty({
    nullable: true,
    type: 'integer',
    description: 'Its seconds at the vendor; null for none, or not before it is over.',
  })
  vendorSeconds!: number | null;

  @ApiProperty({
    nullable: true,
    type: Number,
    description: 'Its credits at the vendor; null where it does not tell.',
  })
  credits!: number | null;
}

/** A day of a vendor's bills beside our records, without its rows. */
export class ReconciliationSummaryDto {
  @ApiProperty({ example: '2026-11-26', description: 'The day, in UTC.' })
  day!: string;

  @ApiProperty({ example: 'liveavatar', description: 'Whose bills.' })
  vendor!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was made; what is newer is not in it.',
  })
  madeAt!: string;

  @ApiProperty({ type: ReconciliationSumsDto, description: 'What both sides count.' })
  sums!: ReconciliationSumsDto;

  @ApiProperty({ type: ReconciliationCountsDto, description: 'Sessions by verdict.' })
  verdicts!: ReconciliationCountsDto;

  @ApiProperty({
    type: 'integer',
    description: 'Sessions that are neither `equal` nor `still_running`.',
  })
  differing!: number;

  @ApiProperty({ description: 'Whether there are more rows than are kept.' })
  truncated!: boolean;
}

/** The same with the sessions that are not `equal`. */
export class ReconciliationDto extends ReconciliationSummaryDto {
  @ApiProperty({ type: [ReconciliationRowDto], description: 'At most 1,000 of them.' })
  rows!: ReconciliationRowDto[];
}

/** The days that were compared last. */
export class ReconciliationListDto {
  @ApiProperty({
    type: [ReconciliationSummaryDto],
    description: 'At most 31 days, the newest first.',
  })
  items!: ReconciliationSummaryDto[];
}

/** A day whose report is not made yet. */
export class ReconciliationUnderWayDto {
  @ApiProperty({ example: '2026-11-26', description: 'The day, in UTC.' })
  day!: string;

  @ApiProperty({
    type: String,
    enum: ['running'],
    description: 'It is being made, or comes behind one that is.',
  })
  state!: 'running';
}
