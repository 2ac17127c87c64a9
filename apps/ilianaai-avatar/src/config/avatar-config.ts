import { hkdfSync } from 'node:crypto';
import {
  adminAddressOf,
  ConfigError,
  isExampleSecret,
  loadEnvironment,
  type LogLevelName,
  metricsTokensOf,
  Operators,
  traceSecretsOf,
  type TraceSettings,
  traceSettingsOf,
  passwordOf,
  rateOf,
  rateSettings,
  readOperators,
} from '#platform/config';
import type { AdminAddress, RateSettings } from '#platform';
import type { AccountDefaults } from '../accounts/foreign-account.js';
import { AvatarEnvironment } from './avatar.environment.js';

/** Intervals and limits of a session, in seconds as their variables are. */
export interface Budgets {
  readonly leaveGraceSeconds: number;
  readonly noShowSeconds: number;
  readonly leaseSeconds: number;
  readonly maxSessionSeconds: number;
  readonly upkeepPollSeconds: number;
  readonly vendorPollSeconds: number;
  readonly sweepPatienceSeconds: number;
  readonly finalWaitSeconds: number;
  readonly finalReadGapSeconds: number;
  readonly vendorDownWaitSeconds: number;
  readonly retryStepsSeconds: readonly number[];
  /** How often Petya is asked for erasures. */
  readonly erasurePollSeconds: number;
  /** Whoever still writes for a session that is being erased is done by then. */
  readonly erasureSettleSeconds: number;
  /** How long turns stay after Petya has confirmed them. */
  readonly turnRetentionSeconds: number;
}

/** How a socket's relay watches over its two ends. */
export interface RelayLimits {
  /** Each end is pinged this often; two pings without a sign of life are its end. */
  readonly pingSeconds: number;
  /** An end that takes nothing for so long, with a full buffer before it, is given up. */
  readonly stallSeconds: number;
  /** What a client may send for long; more is slowed, and then refused. */
  readonly messagesPerSecond: number;
}

/** Which of the vendor's media servers a visitor may be sent to. */
export interface MediaRules {
  /** Host names, and every name below them. */
  readonly hostSuffixes: readonly string[];
  /** This machine, also without TLS: only outside production, where a vendor may be simulated. */
  readonly isLoopbackAllowed: boolean;
}

/** The one typed object that the rest of the app sees of its environment. */
export class AvatarConfig {
  readonly isProduction!: boolean;
  readonly port!: number;
  readonly host!: string;
  readonly mongodbUri!: string;
  readonly logLevel!: LogLevelName;
  readonly trustedProxies!: readonly string[] | undefined;
  readonly drainSeconds!: number;
  readonly rates!: RateSettings;
  /** Values that no log line may hold. */
  readonly secrets!: readonly string[];
  readonly media!: MediaRules;
  readonly liveAvatar!: {
    /** Null: this vendor is off. */
    readonly apiKey: string | null;
    readonly baseUrl: string;
    readonly defaultAvatarId: string | null;
    /** Every session is one of the vendor's sandbox. */
    readonly isSandbox: boolean;
    /** Calls of one replica to each endpoint; 0 is no limit. */
    readonly callsPerSecond: number;
    /** Sessions that run there at once, of all accounts; 0: as many as it lets. */
    readonly maxSessions: number;
  };
  /** Null while the legacy vendor is off. */
  readonly heygen!: { readonly apiKey: string; readonly baseUrl: string } | null;
  readonly relay!: RelayLimits;
  readonly petya!: {
    readonly baseUrl: string;
    readonly token: string;
    /** Null: operators are led to no board of its. */
    readonly boardUrl: string | null;
  };
  /** For accounts of a Petya that says nothing of it; null: Petya has to be ours. */
  readonly accountDefaults!: AccountDefaults | null;
  /** The first signs, all verify. */
  readonly tokenSecrets!: readonly string[];
  /** Empty: the admin routes do not exist. */
  readonly operators!: Operators;
  readonly adminAddress!: AdminAddress | null;
  /** None: there are no metrics. */
  readonly metricsTokens!: readonly string[];
  /** Null: there are no traces. */
  readonly traces!: TraceSettings | null;
  readonly circuit!: { readonly failures: number; readonly openSeconds: number };
  /** Sessions of one address and account that nobody has started yet; 0 is no limit. */
  readonly unstartedPerAddress!: number;
  /** How often what the vendor bills today is compared with our records; 0: never by itself. */
  readonly reconcileSeconds!: number;
  readonly reconcileUnknownSessions!: boolean;
  readonly budgets!: Budgets;
}

/** A page opens one and reloads; elsewhere all that is tested comes from one machine. */
const PRODUCTION_UNSTARTED_PER_ADDRESS = 3;

/**
 * Reads the environment into the app's configuration.
 * @throws ConfigError naming each variable that does not fit, never its value
 */
export function readAvatarConfig(
  environment: Readonly<Record<string, string | undefined>>,
): AvatarConfig {
  const env = loadEnvironment(AvatarEnvironment, environment);
  const isProduction = env.NODE_ENV === 'production';
  if (isProduction) refuseUnsafe(env);
  const heygen = readHeyGen(env);
  const secrets = secretsOf(env);
  const metricsTokens = metricsTokensOf(env, secrets);
  if (env.LIVEAVATAR_API_KEY === undefined && heygen === null) {
    throw new ConfigError(['LIVEAVATAR_API_KEY must be set, or HEYGEN_API_KEY']);
  }
  return Object.assign(new AvatarConfig(), {
    isProduction,
    port: env.PORT,
    host: env.HOST,
    mongodbUri: env.MONGODB_URI,
    logLevel: env.LOG_LEVEL,
    trustedProxies: env.TRUSTED_PROXIES,
    drainSeconds: env.DRAIN_SECONDS,
    rates: rateSettings(env, {
      tokens: rateOf(env, env.TOKENS_PER_ADDRESS_PER_MINUTE, 60),
      tokensOfVisitor: rateOf(env, env.TOKENS_PER_VISITOR_PER_MINUTE, 20),
    }),
    secrets: [...secrets, ...metricsTokens],
    media: {
      hostSuffixes: env.MEDIA_HOST_SUFFIXES.map((suffix) => suffix.toLowerCase()),
      isLoopbackAllowed: !isProduction,
    },
    liveAvatar: {
      apiKey: env.LIVEAVATAR_API_KEY ?? null,
      baseUrl: env.LIVEAVATAR_BASE_URL,
      defaultAvatarId: env.LIVEAVATAR_DEFAULT_AVATAR_ID ?? null,
      isSandbox: env.LIVEAVATAR_SANDBOX,
      callsPerSecond: env.VENDOR_CALLS_PER_SECOND,
      maxSessions: env.VENDOR_MAX_SESSIONS,
    },
    heygen,
    relay: {
      pingSeconds: env.RELAY_PING_SECONDS,
      stallSeconds: env.RELAY_STALL_SECONDS,
      messagesPerSecond: env.RELAY_MESSAGES_PER_SECOND,
    },
    petya: {
      baseUrl: env.PETYA_BASE_URL,
      token: env.PETYA_AUTH_TOKEN,
      boardUrl: env.PETYA_BOARD_URL ?? null,
    },
    accountDefaults: readAccountDefaults(env),
    tokenSecrets: env.SESSION_TOKEN_SECRET ?? [ownSecret(env)],
    operators: operatorsOf(env),
    adminAddress: adminAddressOf(env),
    metricsTokens,
    traces: traceSettingsOf(env, 'ilianaai-avatar'),
    circuit: { failures: env.CIRCUIT_FAILURES, openSeconds: env.CIRCUIT_OPEN_SECONDS },
    unstartedPerAddress:
      env.UNSTARTED_PER_ADDRESS ?? (isProduction ? PRODUCTION_UNSTARTED_PER_ADDRESS : 0),
    reconcileSeconds: env.RECONCILE_SECONDS,
    reconcileUnknownSessions: env.RECONCILE_UNKNOWN_SESSIONS,
    budgets: readBudgets(env),
  } satisfies AvatarConfig);
}

/** A Petya that is not ours is meant where its pages are named; otherwise its answers are faults. */
function readAccountDefaults(env: AvatarEnvironment): AccountDefaults | null {
  if (env.DEFAULT_ALLOWED_ORIGINS === undefined) return null;
  return {
    language: env.DEFAULT_LANGUAGE,
    allowedOrigins: env.DEFAULT_ALLOWED_ORIGINS,
    limits: {
      maxConcurrentSessions: env.DEFAULT_MAX_CONCURRENT_SESSIONS,
      maxSessionSeconds: env.DEFAULT_MAX_SESSION_SECONDS,
      maxTranscriptTurns: env.DEFAULT_MAX_TRANSCRIPT_TURNS,
    },
  };
}

/** A vendor is on when its key is set. This one may be switched off all the same. */
function readHeyGen(env: AvatarEnvironment): AvatarConfig['heygen'] {
  const { HEYGEN_ENABLED: isOn, HEYGEN_API_KEY: apiKey, HEYGEN_BASE_URL: baseUrl } = env;
  if (isOn === true && apiKey === undefined) {
    throw new ConfigError(['HEYGEN_API_KEY must be set when HEYGEN_ENABLED is true']);
  }
  return isOn === false || apiKey === undefined ? null : { apiKey, baseUrl };
}

/**
 * What signs where no secret is set: made of what all replicas have and nobody else does, so that
 * tokens outlive a restart. It changes with the keys that it is made of.
 */
function ownSecret(env: AvatarEnvironment): string {
  const { LIVEAVATAR_API_KEY = '', HEYGEN_API_KEY = '', PETYA_AUTH_TOKEN } = env;
  const known = JSON.stringify([LIVEAVATAR_API_KEY, HEYGEN_API_KEY, PETYA_AUTH_TOKEN]);
  const secret = hkdfSync('sha256', known, '', 'ilianaai-avatar session tokens', 32);
  return Buffer.from(secret).toString('hex');
}

function secretsOf(env: AvatarEnvironment): string[] {
  return [
    ...(env.LIVEAVATAR_API_KEY === undefined ? [] : [env.LIVEAVATAR_API_KEY]),
    env.PETYA_AUTH_TOKEN,
    ...(env.SESSION_TOKEN_SECRET ?? [ownSecret(env)]),
    ...(env.HEYGEN_API_KEY === undefined ? [] : [env.HEYGEN_API_KEY]),
    ...operatorsOf(env).tokens,
    ...passwordOf(env.MONGODB_URI),
    ...traceSecretsOf(env),
  ];
}

function operatorsOf({ ADMIN_TOKEN }: AvatarEnvironment): Operators {
  return new Operators(ADMIN_TOKEN === undefined ? [] : readOperators(ADMIN_TOKEN));
}

function readBudgets(env: AvatarEnvironment): Budgets {
  return {
    leaveGraceSeconds: env.LEAVE_GRACE_SECONDS,
    noShowSeconds: env.NO_SHOW_SECONDS,
    leaseSeconds: env.LEASE_SECONDS,
    maxSessionSeconds: env.MAX_SESSION_SECONDS,
    upkeepPollSeconds: env.UPKEEP_POLL_SECONDS,
    vendorPollSeconds: env.VENDOR_POLL_SECONDS,
    sweepPatienceSeconds: env.SWEEP_PATIENCE_SECONDS,
    finalWaitSeconds: env.FINAL_WAIT_SECONDS,
    finalReadGapSeconds: env.FINAL_READ_GAP_SECONDS,
    vendorDownWaitSeconds: env.VENDOR_DOWN_WAIT_SECONDS,
    retryStepsSeconds: env.RETRY_STEPS_SECONDS.map(Number),
    erasurePollSeconds: env.ERASURE_POLL_SECONDS,
    erasureSettleSeconds: env.ERASURE_SETTLE_SECONDS,
    turnRetentionSeconds: env.TURN_RETENTION_DAYS * 86_400,
  };
}

/** Production refuses what is fine on a developer's machine. */
function refuseUnsafe(env: AvatarEnvironment): void {
  const problems: string[] = [];
  if (env.LIVEAVATAR_API_KEY && !env.LIVEAVATAR_BASE_URL.startsWith('https://')) {
    problems.push('LIVEAVATAR_BASE_URL must be https in production');
  }
  const isHeyGenOn = env.HEYGEN_API_KEY !== undefined && env.HEYGEN_ENABLED !== false;
  if (isHeyGenOn && !env.HEYGEN_BASE_URL.startsWith('https://')) {
    problems.push('HEYGEN_BASE_URL must be https in production');
  }
  const secrets: [string, readonly string[]][] = [
    ['LIVEAVATAR_API_KEY', env.LIVEAVATAR_API_KEY ? [env.LIVEAVATAR_API_KEY] : []],
    ['HEYGEN_API_KEY', isHeyGenOn && env.HEYGEN_API_KEY ? [env.HEYGEN_API_KEY] : []],
    ['PETYA_AUTH_TOKEN', [env.PETYA_AUTH_TOKEN]],
    ['SESSION_TOKEN_SECRET', env.SESSION_TOKEN_SECRET ?? []],
    ['ADMIN_TOKEN', operatorsOf(env).tokens],
    ['METRICS_TOKEN', env.METRICS_TOKEN ?? []],
  ];
  for (const [name, values] of secrets) {
    if (values.some(isExampleSecret)) problems.push(`${name} is an example and must be replaced`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
