import type { AvatarEnvironment } from '../../apps/ilianaai-avatar/src/config/avatar.environment.js';
import type { PetyaEnvironment } from '../../apps/petya-avatar-api/src/config/petya-environment.js';

/** What an app is started with, and what of it may not be missing or malformed. */
export interface Start<Environment> {
  /** The least that an app starts with. */
  readonly needed: Readonly<Record<string, string>>;
  /** A value that does not fit, for every variable there is. */
  readonly malformed: Readonly<Record<keyof Environment, string>>;
}

const secret = (letter: string) => letter.repeat(40);

const BOTH = {
  NODE_ENV: 'staging',
  HOST: 'not a host',
  PORT: '98765',
  ADMIN_PORT: '98765',
  ADMIN_HOST: 'not a host',
  METRICS_TOKEN: 'too-short-token',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://key:secret@collector:4318',
  OTEL_EXPORTER_OTLP_HEADERS: 'no pair',
  OTEL_SERVICE_NAME: 'two words',
  OTEL_TRACES_SAMPLER_ARG: '1.5',
  MONGODB_URI: 'http://not-a-database',
  LOG_LEVEL: 'chatty',
  TRUSTED_PROXIES: '10.0.0.0/99',
  DRAIN_SECONDS: '98765',
  RATE_PER_ADDRESS_PER_MINUTE: '-98765',
  RATE_PER_KEY_PER_MINUTE: '98765.4',
  FAILED_KEYS_PER_MINUTE: 'very many',
};

const avatar: Start<AvatarEnvironment> = {
  needed: {
    MONGODB_URI: 'mongodb://127.0.0.1:1/avatar',
    LIVEAVATAR_API_KEY: secret('k'),
    PETYA_BASE_URL: 'http://127.0.0.1:1',
    PETYA_AUTH_TOKEN: secret('t'),
  },
  malformed: {
    ...BOTH,
    LIVEAVATAR_API_KEY: 'key with spaces',
    LIVEAVATAR_BASE_URL: 'https://user:word@api.example',
    LIVEAVATAR_DEFAULT_AVATAR_ID: 'Katya_Chair',
    LIVEAVATAR_SANDBOX: 'perhaps',
    DEFAULT_ALLOWED_ORIGINS: 'https://*.co.uk',
    DEFAULT_LANGUAGE: 'en_US',
    DEFAULT_MAX_CONCURRENT_SESSIONS: '98765',
    DEFAULT_MAX_SESSION_SECONDS: '98765',
    DEFAULT_MAX_TRANSCRIPT_TURNS: '98765',
    HEYGEN_ENABLED: 'perhaps',
    HEYGEN_API_KEY: 'key with spaces',
    HEYGEN_BASE_URL: 'https://api.example/v1',
    MEDIA_HOST_SUFFIXES: 'https://media.example',
    PETYA_BASE_URL: 'ftp://petya/path',
    PETYA_BOARD_URL: 'ftp://petya/board',
    PETYA_AUTH_TOKEN: 'token with spaces',
    SESSION_TOKEN_SECRET: 'too-short-to-sign',
    ADMIN_TOKEN: 'too-short-admin',
    TOKENS_PER_ADDRESS_PER_MINUTE: '-98765',
    TOKENS_PER_VISITOR_PER_MINUTE: '98765.4',
    LEAVE_GRACE_SECONDS: '98765',
    NO_SHOW_SECONDS: '98765',
    LEASE_SECONDS: '98765',
    MAX_SESSION_SECONDS: '98765',
    UPKEEP_POLL_SECONDS: '98765',
    VENDOR_POLL_SECONDS: '98765',
    SWEEP_PATIENCE_SECONDS: '98765',
    FINAL_WAIT_SECONDS: '98765',
    FINAL_READ_GAP_SECONDS: '98765',
    VENDOR_DOWN_WAIT_SECONDS: '98765',
    VENDOR_CALLS_PER_SECOND: '98765.4',
    VENDOR_MAX_SESSIONS: '-98765',
    RETRY_STEPS_SECONDS: '1,soon,5',
    ERASURE_POLL_SECONDS: '98765',
    ERASURE_SETTLE_SECONDS: '98765',
    TURN_RETENTION_DAYS: '98765',
    CIRCUIT_FAILURES: '98765',
    CIRCUIT_OPEN_SECONDS: '98765',
    RELAY_PING_SECONDS: '98765',
    RELAY_STALL_SECONDS: '98765',
    RELAY_MESSAGES_PER_SECOND: '98765.4',
    UNSTARTED_PER_ADDRESS: '-98765',
    RECONCILE_SECONDS: '98765',
    RECONCILE_UNKNOWN_SESSIONS: 'perhaps',
  },
};

const petya: Start<PetyaEnvironment> = {
  needed: { MONGODB_URI: 'mongodb://127.0.0.1:1/petya', SERVICE_TOKENS: secret('t') },
  malformed: {
    ...BOTH,
    SERVICE_TOKENS: 'tooshort,',
    ADMIN_TOKEN: 'too-short-admin',
    API_KEY_PEPPER: 'too-short',
    VISITOR_TOKEN_DAYS: '98765',
    VISITORS_PER_ADDRESS_PER_MINUTE: '-98765',
    MESSAGES_PER_ADDRESS_PER_MINUTE: '98765.4',
    DEFAULT_AVATAR_ID: 'avatar with spaces',
    DEFAULT_INTRO: 'Hello. '.repeat(300),
    AVATAR_SERVICE_URL: 'ftp://avatar/path',
    PETYA_PUBLIC_URL: 'ftp://petya/path',
    RETENTION_SWEEP_SECONDS: '98765',
    OLDER_RECORDS_ACCOUNT_ID: 'account with spaces',
  },
};

export const starts = { 'ilianaai-avatar': avatar, 'petya-avatar-api': petya } as const;

export type AppName = keyof typeof starts;
