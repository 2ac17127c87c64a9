import { ApiProperty } from '../description.js';
import { IsIn, Matches } from 'class-validator';
import { wordsOf } from '../meanings.js';
import { MayBeAbsent } from '../validators.js';

/** Kinds of keys. */
export const API_KEY_KIND_MEANINGS = {
  customer: '`SE_`: stands in a public page, names the account and proves nothing',
  secret: "`SK_`: the customer's server; never taken with an `Origin` header",
} as const;
export type ApiKeyKind = keyof typeof API_KEY_KIND_MEANINGS;
export const API_KEY_KINDS = wordsOf(API_KEY_KIND_MEANINGS);

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
  @ApiProperty({
    required: false,
    example: 'SE_5799564546777614',
    description: 'A key of the page to import; where it is left out, one is made.',
  })
  @MayBeAbsent()
  @Matches(IMPORTED_KEY_PATTERN, {
    message: 'must be SE_ and 13 to 125 printable ASCII characters without spaces',
  })
  key?: string;

  @ApiProperty({
    required: false,
    enum: API_KEY_KINDS,
    description:
      '`customer` where it is left out. A secret key is always made here and never imported.',
  })
  @MayBeAbsent()
  @IsIn(API_KEY_KINDS)
  kind?: ApiKeyKind;
}

/** Which pepper keeps a key. */
export const KEY_PEPPER_MEANINGS = {
  current: 'the first of API_KEY_PEPPER',
  old: 'another one of API_KEY_PEPPER; the next use of the key puts it under the first',
  unknown: 'not noted: the key was not used since this is',
} as const;
export const KEY_PEPPERS = wordsOf(KEY_PEPPER_MEANINGS);

/** A key as lists show it: never the key itself. */
export class ApiKeyDto {
  @ApiProperty({
    example: '6b0159f1a470160ca3a10005',
    description: 'The id of the key, by which it is revoked.',
  })
  keyId!: string;

  @ApiProperty({ enum: API_KEY_KINDS, description: 'What it is for.' })
  kind!: ApiKeyKind;

  @ApiProperty({ example: 'SE_5', description: 'Its first four characters.' })
  prefix!: string;

  @ApiProperty({ example: '7614', description: 'Its last four characters.' })
  lastFour!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was made or imported.' })
  createdAt!: string;

  @ApiProperty({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'When it was revoked; null while it is good.',
  })
  revokedAt!: string | null;

  @ApiProperty({ enum: KEY_PEPPERS, description: 'Which pepper keeps it.' })
  pepper!: keyof typeof KEY_PEPPER_MEANINGS;
}

/** Answer of key creation, the only one that carries the key. */
export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    example: 'SE_5799564546777614',
    description: 'The key itself, which is shown in this answer and in no other.',
  })
  key!: string;
}

/** One page of an account's keys. */
export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto], description: 'Keys, in the order they were made.' })
  items!: ApiKeyDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The `cursor` of the next page; null on the last one.',
  })
  nextCursor!: string | null;
}
