import {
  adminAddressOf,
  ConfigError,
  isExampleSecret,
  loadEnvironment,
  type LogLevelName,
  metricsTokensOf,
  Operators,
  passwordOf,
  rateOf,
  rateSettings,
  readOperators,
  traceSecretsOf,
  type TraceSettings,
  traceSettingsOf,
} from '#platform/config';
import type { AdminAddress, RateSettings } from '#platform';
import { PetyaEnvironment } from './petya-environment.js';

/**
 * Pepper of development and tests. It is fixed, because digests made with another one would make
 * every stored key unknown after a restart.
 */
const DEVELOPMENT_PEPPER = 'local-only-pepper';

/** At least one: the first digests and signs, all are tried. */
export type Peppers = readonly [string, ...string[]];

/** Everything this app is told from outside, in one typed object. */
export class PetyaConfig {
  readonly isProduction: boolean;
  readonly host: string;
  readonly port: number;
  readonly mongodbUri: string;
  readonly logLevel: LogLevelName;
  readonly trustedProxies: readonly string[] | undefined;
  readonly drainSeconds: number;
  readonly rates: RateSettings;
  /** Values that no log line may hold. */
  readonly secrets: readonly string[];
  readonly serviceTokens: readonly string[];
  /** Empty: the admin routes do not exist. */
  readonly operators: Operators;
  readonly adminAddress: AdminAddress | null;
  /** None: there are no metrics. */
  readonly metricsTokens: readonly string[];
  /** Null: there are no traces. */
  readonly traces: TraceSettings | null;
  /** The first one digests and signs, all are tried. */
  readonly apiKeyPeppers: Peppers;
  readonly visitorTokenDays: number;
  readonly defaultAvatarId: string;
  readonly defaultIntro: string;
  readonly avatarServiceUrl: string | null;
  readonly publicUrl: string | null;
  readonly retentionSweepSeconds: number;
  readonly olderRecordsAccountId: string | null;

  constructor(environment: PetyaEnvironment) {
    this.isProduction = environment.NODE_ENV === 'production';
    this.host = environment.HOST;
    this.port = environment.PORT;
    this.mongodbUri = environment.MONGODB_URI;
    this.logLevel = environment.LOG_LEVEL;
    this.trustedProxies = environment.TRUSTED_PROXIES;
    this.drainSeconds = environment.DRAIN_SECONDS;
    this.rates = rateSettings(environment, {
      visitors: rateOf(environment, environment.VISITORS_PER_ADDRESS_PER_MINUTE, 60),
      messages: rateOf(environment, environment.MESSAGES_PER_ADDRESS_PER_MINUTE, 240),
    });
    this.serviceTokens = environment.SERVICE_TOKENS;
    this.operators = operatorsOf(environment);
    this.adminAddress = adminAddressOf(environment);
    const [pepper = DEVELOPMENT_PEPPER, ...others] = environment.API_KEY_PEPPER ?? [];
    this.apiKeyPeppers = [pepper, ...others];
    this.visitorTokenDays = environment.VISITOR_TOKEN_DAYS;
    const secrets = [
      ...this.serviceTokens,
      ...this.operators.tokens,
      ...this.apiKeyPeppers,
      ...passwordOf(environment.MONGODB_URI),
      ...traceSecretsOf(environment),
    ];
    this.metricsTokens = metricsTokensOf(environment, secrets);
    this.traces = traceSettingsOf(environment, 'petya-avatar-api');
    this.secrets = [...secrets, ...this.metricsTokens];
    this.defaultAvatarId = environment.DEFAULT_AVATAR_ID;
    this.defaultIntro = environment.DEFAULT_INTRO;
    this.avatarServiceUrl = environment.AVATAR_SERVICE_URL ?? null;
    this.publicUrl = environment.PETYA_PUBLIC_URL ?? null;
    this.retentionSweepSeconds = environment.RETENTION_SWEEP_SECONDS;
    this.olderRecordsAccountId = environment.OLDER_RECORDS_ACCOUNT_ID ?? null;
  }
}

/**
 * Reads and checks the configuration; the only reader of the process's environment.
 * @throws ConfigError naming variables, never values
 */
export function loadPetyaConfig(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): PetyaConfig {
  const environment = loadEnvironment(PetyaEnvironment, variables);
  if (environment.NODE_ENV === 'production') refuseUnsafe(environment);
  return new PetyaConfig(environment);
}

function operatorsOf({ ADMIN_TOKEN }: PetyaEnvironment): Operators {
  return new Operators(ADMIN_TOKEN === undefined ? [] : readOperators(ADMIN_TOKEN));
}

function refuseUnsafe(environment: PetyaEnvironment): void {
  const problems: string[] = [];
  if (environment.API_KEY_PEPPER === undefined) {
    problems.push('API_KEY_PEPPER must be set in production');
  }
  const secrets = {
    SERVICE_TOKENS: environment.SERVICE_TOKENS,
    ADMIN_TOKEN: operatorsOf(environment).tokens,
    METRICS_TOKEN: environment.METRICS_TOKEN ?? [],
    API_KEY_PEPPER: environment.API_KEY_PEPPER ?? [],
  };
  for (const [name, values] of Object.entries(secrets)) {
    if (values.some((value) => value !== undefined && isExampleSecret(value))) {
      problems.push(`${name} holds a secret from an example`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
