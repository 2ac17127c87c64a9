import {
  type AccountLimitsDto,
  type AvatarOptions,
  DEFAULT_WARN_AT_PERCENT,
  type SameVisitorPolicy,
  type VisitorProof,
} from '#contracts';

/** An account as the rest of the app knows it. Null stands for "the default". */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly avatarEnabled: boolean;
  readonly avatarId: string | null;
  readonly intro: string | null;
  readonly knowledgeBaseId: string | null;
  readonly voiceId: string | null;
  readonly options: AvatarOptions;
  readonly allowedOrigins: readonly string[];
  readonly limits: Readonly<AccountLimitsDto>;
  readonly sameVisitor: SameVisitorPolicy;
  readonly visitorProof: VisitorProof;
  readonly retentionDays: number | null;
  readonly suspended: boolean;
  readonly createdAt: Date | null;
}

/** Limits of an account that sets none. */
export const DEFAULT_LIMITS: Readonly<Required<AccountLimitsDto>> = {
  maxConcurrentSessions: 5,
  maxSessionSeconds: 1200,
  maxTranscriptTurns: 5000,
  maxSecondsPerDay: null,
  maxSecondsPerMonth: null,
  warnAtPercent: DEFAULT_WARN_AT_PERCENT,
  timeZone: 'UTC',
  maxSessionsPerVisitorPerHour: null,
  maxSessionsPerAddressPerHour: null,
};

/** Names of the limits, as accounts store them. */
export const LIMITS = Object.keys(DEFAULT_LIMITS) as (keyof AccountLimitsDto)[];
