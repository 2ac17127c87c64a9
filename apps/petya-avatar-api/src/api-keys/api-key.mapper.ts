import type { ApiKeyDto } from '#contracts';
import type { ApiKey } from './api-key.js';
import type { ApiKeyRecord } from './api-key.schema.js';

export function toApiKey(record: ApiKeyRecord): ApiKey {
  return {
    id: String(record._id),
    accountId: record.accountId,
    kind: record.kind ?? 'customer',
    prefix: record.prefix,
    lastFour: record.lastFour,
    createdAt: record.createdAt,
    revokedAt: record.revokedAt ?? null,
    pepper: record.pepper ?? null,
  };
}

/** @param currentPepper name of the first pepper */
export function toApiKeyDto(key: ApiKey, currentPepper: string): ApiKeyDto {
  return {
    keyId: key.id,
    kind: key.kind,
    prefix: key.prefix,
    lastFour: key.lastFour,
    createdAt: key.createdAt.toISOString(),
    revokedAt: key.revokedAt?.toISOString() ?? null,
    pepper: key.pepper === null ? 'unknown' : key.pepper === currentPepper ? 'current' : 'old',
  };
}
