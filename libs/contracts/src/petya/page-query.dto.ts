import { ApiProperty } from '../description.js';
import { Matches } from 'class-validator';
import { MayBeAbsent } from '../validators.js';

/** Items on a page when the caller does not say. */
export const DEFAULT_PAGE_LIMIT = 50;

/** Query of every list: strings, because nothing in a query is converted in silence. */
export class PageQueryDto {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: DEFAULT_PAGE_LIMIT,
    description: 'How many there may be on a page.',
  })
  @MayBeAbsent()
  @Matches(/^(?:[1-9][0-9]?|100)$/, { message: 'must be a whole number from 1 to 100' })
  limit?: string;

  @ApiProperty({
    required: false,
    description: 'The `nextCursor` of the page before; the first page where it is left out.',
  })
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9_-]{1,400}$/, { message: 'must be a cursor from an earlier page' })
  cursor?: string;
}
