import {
  type AccountDto,
  AVATAR_OPTIONS,
  type AvatarConfigDto,
  avatarOptionsOf,
  type AvatarOptionsDto,
  type CreateAccountDto,
  DEFAULT_SAME_VISITOR,
  type PluginConfigDto,
  type UpdateAccountDto,
} from '#contracts';
import { createdAtOf } from '../persistence/record-id.js';
import { type Account, DEFAULT_LIMITS, LIMITS } from './account.js';
import type { AccountRecord } from './account.schema.js';
import { warningsOf } from './account-warnings.js';

/** Values an account without its own gets. */
export interface AccountDefaults {
  readonly defaultAvatarId: string;
  readonly defaultIntro: string;
  readonly avatarServiceUrl: string | null;
}

export function toAccount(record: AccountRecord): Account {
  return {
    id: String(record._id),
    name: record.name ?? '',
    language: record.language ?? 'en',
    avatarEnabled: record.avatarEnabled ?? true,
    avatarId: textOrNull(record.avatarId),
    intro: textOrNull(record.intro),
    knowledgeBaseId: textOrNull(record.knowledgeBaseId),
    voiceId: textOrNull(record.voiceId),
    options: avatarOptionsOf(record),
    allowedOrigins: record.allowedOrigins ?? [],
    limits: limitsOf(record),
    sameVisitor: record.sameVisitor ?? DEFAULT_SAME_VISITOR,
    visitorProof: record.visitorProof ?? 'optional',
    retentionDays: record.retentionDays ?? null,
    suspended: record.suspended ?? false,
    createdAt: record.createdAt ?? createdAtOf(record._id),
  };
}

function limitsOf(record: AccountRecord): Account['limits'] {
  const own = LIMITS.flatMap((name) => (record[name] == null ? [] : [[name, record[name]]]));
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(own) };
}

/** Records from before write "none" as an empty text. */
function textOrNull(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

/** Members of an avatar's configuration that everybody may know who has the key of the page. */
export type OpenAvatarConfig = Pick<
  AvatarConfigDto,
  'accountId' | 'avatarId' | 'intro' | 'knowledgeBaseId' | 'voiceId' | 'language' | 'avatarEnabled'
>;

/** Answer of `GET /avatar/config` to whoever shows no service token beside the key. */
export function toOpenAvatarConfig(account: Account, defaults: AccountDefaults): OpenAvatarConfig {
  return {
    accountId: account.id,
    avatarId: account.avatarId ?? defaults.defaultAvatarId,
    intro: account.intro ?? defaults.defaultIntro,
    knowledgeBaseId: account.knowledgeBaseId,
    voiceId: account.voiceId,
    language: account.language,
    avatarEnabled: account.avatarEnabled,
  };
}

/** Everything that a session needs to know of its account. */
export function toAvatarConfig(account: Account, defaults: AccountDefaults): AvatarConfigDto {
  const { options } = account;
  return {
    ...toOpenAvatarConfig(account, defaults),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    allowedOrigins: [...account.allowedOrigins],
    limits: { ...account.limits },
    sameVisitor: account.sameVisitor,
    visitorProof: account.visitorProof,
  };
}

/** Answer of `GET /account/config`. */
export function toPluginConfig(account: Account, defaults: AccountDefaults): PluginConfigDto {
  return {
    accountId: account.id,
    name: account.name,
    language: account.language,
    avatar: {
      enabled: account.avatarEnabled,
      avatarId: account.avatarId ?? defaults.defaultAvatarId,
      intro: account.intro ?? defaults.defaultIntro,
      knowledgeBaseId: account.knowledgeBaseId,
      voiceId: account.voiceId,
    },
    visitorProof: account.visitorProof,
    avatarServiceUrl: defaults.avatarServiceUrl,
  };
}

/** Every option that stands by its default. */
const NO_OPTIONS = Object.fromEntries(AVATAR_OPTIONS.map((name) => [name, null]));

/** An account as the operator sees it. */
export function toAccountDto(account: Account): AccountDto {
  const warnings = warningsOf(account);
  return {
    accountId: account.id,
    name: account.name,
    language: account.language,
    avatar: {
      enabled: account.avatarEnabled,
      avatarId: account.avatarId,
      intro: account.intro,
      knowledgeBaseId: account.knowledgeBaseId,
      voiceId: account.voiceId,
      ...NO_OPTIONS,
      ...account.options,
    },
    allowedOrigins: [...account.allowedOrigins],
    limits: { ...account.limits },
    sameVisitor: account.sameVisitor,
    visitorProof: account.visitorProof,
    retentionDays: account.retentionDays,
    suspended: account.suspended,
    createdAt: account.createdAt?.toISOString() ?? null,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** Members of a stored account that a request sets; null takes the member away. */
export type AccountChanges = {
  [Member in keyof Omit<AccountRecord, '_id'>]?: AccountRecord[Member] | null;
};

/** The stored members that a creation or a change names; what is not sent is not in the result. */
export function toAccountChanges(dto: CreateAccountDto | UpdateAccountDto): AccountChanges {
  const changes: AccountChanges = {
    name: dto.name,
    language: dto.language,
    avatarEnabled: dto.avatar?.enabled,
    avatarId: dto.avatar?.avatarId,
    intro: dto.avatar?.intro,
    knowledgeBaseId: dto.avatar?.knowledgeBaseId,
    voiceId: dto.avatar?.voiceId,
    ...optionChanges(dto.avatar ?? {}),
    allowedOrigins: dto.allowedOrigins,
    ...Object.fromEntries(LIMITS.map((name) => [name, dto.limits?.[name]])),
    sameVisitor: dto.sameVisitor,
    visitorProof: dto.visitorProof,
    retentionDays: dto.retentionDays,
    suspended: dto.suspended,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function optionChanges(from: AvatarOptionsDto): AvatarOptionsDto {
  return Object.fromEntries(AVATAR_OPTIONS.map((name) => [name, asStored(from[name])]));
}

/** Without members that are undefined, which the database would keep as null. */
function asStored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
