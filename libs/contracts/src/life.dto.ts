import { Matches } from 'class-validator';
import { AdminSessionDto } from './admin-sessions.dto.js';
import { ApiProperty } from './description.js';
import { wordsOf } from './meanings.js';

/** By which of its ids a session was found. */
export const LIFE_MATCH_MEANINGS = {
  id: 'our own id of the record',
  vendor: "the vendor's id",
  conversation: 'the conversation that it is of',
  trace: 'the trace of the request that has opened it',
} as const;
export type LifeMatch = keyof typeof LIFE_MATCH_MEANINGS;
export const LIFE_MATCHES = wordsOf(LIFE_MATCH_MEANINGS);

/** What is done next for a session. */
export const NEXT_STEP_MEANINGS = {
  'give-up': 'it is given up, since nobody has started it',
  'resolve-start': 'the vendor is asked whether it has started',
  stop: 'the vendor is asked to end it',
  count: 'it is looked whether the minutes are used up',
  poll: 'the vendor is asked whether it still runs',
  'read-record': "the vendor's record is read",
  deliver: 'the transcript is given to Petya',
  erase: 'everything of it is erased',
  purge: 'what was said is deleted here, since Petya has had it for long enough',
  nothing: 'nothing',
} as const;
export type NextStep = keyof typeof NEXT_STEP_MEANINGS;
export const NEXT_STEPS = wordsOf(NEXT_STEP_MEANINGS);

/** Query of `GET /api/v1/admin/life`. */
export class LifeQueryDto {
  @ApiProperty({
    description:
      "Any id of a session: ours, the vendor's, that of its conversation, or that of its trace (also as a whole `traceparent`).",
  })
  @Matches(/^[\x21-\x7e]{1,512}$/, { message: 'must be a string: an id of at most 512 characters' })
  id!: string;
}

/** Who works on a session. */
export class LifeLeaseDto {
  @ApiProperty({ description: 'The worker, by the id that it has while its process lives.' })
  owner!: string;

  @ApiProperty({ enum: ['end', 'life', 'outbox'], description: 'What for.' })
  lane!: 'end' | 'life' | 'outbox';

  @ApiProperty({ format: 'date-time', description: 'Until then nobody else does.' })
  until!: string;
}

/** What is done next. */
export class LifeNextDto {
  @ApiProperty({ enum: NEXT_STEPS, description: 'The step.' })
  step!: NextStep;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When; in the past where it waits for a worker; null where nothing is left.',
  })
  at!: string | null;
}

/** That it shall end. */
export class LifeStopDto {
  @ApiProperty({ format: 'date-time', description: 'When that was first wanted.' })
  at!: string;

  @ApiProperty({ type: 'integer', description: 'How often the vendor was asked in vain since.' })
  attempts!: number;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When it is asked again after it was asked in vain; null where it was not.',
  })
  nextAt!: string | null;
}

/** Where reading the vendor's record stands. */
export class LifeReadingDto {
  @ApiProperty({ type: 'integer', description: 'Turns that are known, whoever has told them.' })
  turns!: number;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'The last whole reading after the end; null for none.',
  })
  lastReadAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'Failed readings in a row.' })
  failures!: number;

  @ApiProperty({ description: 'Whether the record is known to be whole.' })
  complete!: boolean;

  @ApiProperty({ description: 'Whether there was more than an account may have.' })
  truncated!: boolean;
}

/** Where its delivery stands; version, attempts and the last error stand in `session`. */
export class LifeDeliveryDto {
  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'The first attempt of the current version; null before.',
  })
  firstAttemptAt!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'The next attempt; null where none is due.',
  })
  nextAttemptAt!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When Petya has confirmed it last; null before.',
  })
  deliveredAt!: string | null;
}

/** A session's whole life; nothing of what was said is in it. */
export class LifeDto {
  @ApiProperty({ type: AdminSessionDto, description: 'As the list has it.' })
  session!: AdminSessionDto;

  @ApiProperty({ enum: LIFE_MATCHES, description: 'By which of its ids it was found.' })
  match!: LifeMatch;

  @ApiProperty({ example: 'liveavatar', description: 'Whose session it is.' })
  vendor!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The trace of the request that has opened it; null once nobody looks for it.',
  })
  traceId!: string | null;

  @ApiProperty({ nullable: true, type: LifeLeaseDto, description: 'Null where nobody does.' })
  lease!: LifeLeaseDto | null;

  @ApiProperty({ type: [LifeNextDto], description: 'What is done next, the earliest first.' })
  next!: LifeNextDto[];

  @ApiProperty({
    nullable: true,
    type: LifeStopDto,
    description: 'Null where nobody wants it to end.',
  })
  stop!: LifeStopDto | null;

  @ApiProperty({ type: LifeReadingDto, description: "The vendor's record." })
  reading!: LifeReadingDto;

  @ApiProperty({ type: LifeDeliveryDto, description: 'The way to Petya.' })
  delivery!: LifeDeliveryDto;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'Since when everything of it has to go, or is gone; null where nobody wants that.',
  })
  erasedAt!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'When what was said was deleted here, since Petya has it; null before.',
  })
  purgedAt!: string | null;
}

/** The sessions that an id names. */
export class LivesDto {
  @ApiProperty({
    type: [LifeDto],
    description:
      'A conversation or a trace may have several: at most 50, the newest first, behind those whose own id or vendor’s id it is.',
  })
  items!: LifeDto[];

  @ApiProperty({ description: 'Whether there are more of them.' })
  more!: boolean;
}
