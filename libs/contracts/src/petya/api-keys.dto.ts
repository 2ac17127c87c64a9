import { ApiProperty } from '../description.js';
import { Matches } from 'class-validator';
import { MayBeAbsent } from '../validators.js';

/**
 * What a customer key looks like: `SE_` and 5 to 125 printable ASCII characters without spaces.
 * Anything else is refused before the database is asked (bad-inputs.md, credentials).
 */
export const API_KEY_PATTERN = /^SE_[\x21-\x7e]{5,125}$/;

/** A key that is imported is at least so long, so that prefix and last four do not give it away. */
export const IMPORTED_KEY_PATTERN = /^SE_[\x21-\x7e]{13,125}$/;

/** Body of `POST /admin/accounts/:id/keys`. Without `key` one is made. */
export class CreateApiKeyDto {
  @ApiProperty({ required: false, example: 'SE_5799564546777614', description: 'Key to import.' })
  @MayBeAbsent()
  @Matches(IMPORTED_KEY_PATTERN, {
    message: 'must be SE_ and 13 to 125 printable ASCII characters without spaces',
  })
  key?: string;
}

/** A key as lists show it: never the key itself. */
export class ApiKeyDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10005' })
  keyId!: string;

  @ApiProperty({ example: 'SE_5' })
  prefix!: string;

  @ApiProperty({ example: '7614' })
  lastFour!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  revokedAt!: string | null;
}

/** Answer of key creation, the only one that carries the key. */
export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ example: 'SE_5799564546777614', description: 'Shown once.' })
  key!: string;
}

/** One page of an account's keys. */
export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto] })
  items!: ApiKeyDto[];

  @ApiProperty({ nullable: true, type: String })
  nextCursor!: string | null;
}
