import { ApiProperty } from '../description.js';
import { IsIn, Matches } from 'class-validator';
import { MayBeAbsent } from '../validators.js';

/**
 * `customer`: stands in a public page, names the account and proves nothing. `secret`: the
 * customer's server, never accepted with an `Origin` header.
 */
export const API_KEY_KINDS = ['customer', 'secret'] as const;
export type ApiKeyKind = (typeof API_KEY_KINDS)[number];

/** The kind that a key's prefix tells. */
export function apiKeyKind(key: string): ApiKeyKind {
  return key.startsWith('SK_') ? 'secret' : 'customer';
}

/**
 * What a key looks like: `SE_` (customer) or `SK_` (secret) and 5 to 125 printable ASCII characters without spaces.
 * Anything else is refused before the database is asked.
 */
export const API_KEY_PATTERN = /^S[EK]_[\x21-\x7e]{5,125}$/;

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

  @ApiProperty({
    required: false,
    enum: API_KEY_KINDS,
    default: 'customer',
    description: 'A secret key is always made here and never imported.',
  })
  @MayBeAbsent()
  @IsIn(API_KEY_KINDS)
  kind?: ApiKeyKind;
}

/** Which pepper keeps a key: the first of the list, another, or one that was not noted. */
export const KEY_PEPPERS = ['current', 'old', 'unknown'] as const;

/** A key as lists show it: never the key itself. */
export class ApiKeyDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10005' })
  keyId!: string;

  @ApiProperty({ enum: API_KEY_KINDS })
  kind!: ApiKeyKind;

  @ApiProperty({ example: 'SE_5' })
  prefix!: string;

  @ApiProperty({ example: '7614' })
  lastFour!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  revokedAt!: string | null;

  @ApiProperty({
    enum: KEY_PEPPERS,
    description:
      'Whether the first pepper keeps it. It does soon after the next use; `unknown` is from before this was noted.',
  })
  pepper!: (typeof KEY_PEPPERS)[number];
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
