import { IsIn, Matches } from 'class-validator';
import { EnvCheck, EnvInteger, EnvList, EnvRatio, EnvSecrets } from './env-types.js';
import { ConfigError } from './load-config.js';
import { mongodbUriProblem } from './mongodb-uri.js';
import { isIP } from 'node:net';
import { MayBeAbsent } from '#contracts/validators';
import type { AdminAddress } from '../lifecycle/admin-listener.js';
import type { RateSettings } from '../rates/rates.js';
import { collectorProblem, headerListProblem } from '../telemetry/traces/trace-settings.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

const HOST = /^[\w.:-]{1,255}$/;

/** Largest rate a minute that a variable may set. */
export const MAX_RATE = 100_000_000;

/** Variables both apps read. */
export class BaseEnvironment {
  /** Whoever says nothing gets every safety rule. */
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'production';

  @Matches(HOST, { message: 'must be an IP address or a host name' })
  HOST: string = '0.0.0.0';

  @EnvCheck(mongodbUriProblem)
  MONGODB_URI!: string;

  @IsIn(LOG_LEVELS)
  LOG_LEVEL: LogLevelName = 'info';

  @MayBeAbsent()
  @EnvList(isAddressOrRange, 'IP addresses or CIDR ranges')
  TRUSTED_PROXIES?: string[];

  /** Where the admin routes listen instead of with all others. */
  @MayBeAbsent()
  @EnvInteger(0, 65_535)
  ADMIN_PORT?: number;

  @Matches(HOST, { message: 'must be an IP address or a host name' })
  ADMIN_HOST: string = '127.0.0.1';

  /** What reads the metrics; without it there are none. */
  @MayBeAbsent()
  @EnvSecrets({ minBytes: 16 }, 'tokens of 16 or more printable characters')
  METRICS_TOKEN?: string[];

  /** The collector of traces, for OTLP over HTTP; without it there are none. */
  @MayBeAbsent()
  @EnvCheck(collectorProblem)
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** What the collector is sent beside them, such as its key. */
  @MayBeAbsent()
  @EnvCheck(headerListProblem)
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  /** What the app is called there. */
  @MayBeAbsent()
  @Matches(/^[\x21-\x7e]{1,100}$/, { message: 'must be 1 to 100 printable characters' })
  OTEL_SERVICE_NAME?: string;

  /** Which part of all traces is kept. */
  @EnvRatio()
  OTEL_TRACES_SAMPLER_ARG: number = 1;

  @EnvInteger(1, 120)
  DRAIN_SECONDS: number = 20;

  @MayBeAbsent()
  @EnvInteger(0, MAX_RATE)
  RATE_PER_ADDRESS_PER_MINUTE?: number;

  @MayBeAbsent()
  @EnvInteger(0, MAX_RATE)
  RATE_PER_KEY_PER_MINUTE?: number;

  @EnvInteger(0, MAX_RATE)
  FAILED_KEYS_PER_MINUTE: number = 60;
}

/** Where the operator's routes listen; null: where all others do. */
export function adminAddressOf(env: BaseEnvironment): AdminAddress | null {
  return env.ADMIN_PORT === undefined ? null : { host: env.ADMIN_HOST, port: env.ADMIN_PORT };
}

/**
 * The tokens that read the metrics.
 * @param others every other secret: whoever may read numbers must not be able to do anything
 * @throws ConfigError where one of them is also a token of something else
 */
export function metricsTokensOf(env: BaseEnvironment, others: readonly string[]): string[] {
  const tokens = env.METRICS_TOKEN ?? [];
  if (tokens.some((token) => others.includes(token))) {
    throw new ConfigError(['METRICS_TOKEN must be no token or secret of anything else']);
  }
  return tokens;
}

/** The rates that an environment asks for. @param named those of the app's own routes */
export function rateSettings(env: BaseEnvironment, named: RateSettings['named']): RateSettings {
  return {
    perAddress: rateOf(env, env.RATE_PER_ADDRESS_PER_MINUTE, 6_000),
    perKey: rateOf(env, env.RATE_PER_KEY_PER_MINUTE, 3_000),
    failedPerAddress: env.FAILED_KEYS_PER_MINUTE,
    named,
  };
}

/** A rate as it is set; not set, that of production. Elsewhere all comes from one machine: none. */
export function rateOf(env: BaseEnvironment, set: number | undefined, usual: number): number {
  return set ?? (env.NODE_ENV === 'production' ? usual : 0);
}

function isAddressOrRange(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  // A range of no bits is everybody, whose word for any address would be taken.
  return /^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Texts that stand in examples and must never guard anything real. */
const EXAMPLE_SECRET = /example|change-?me|replace|local-only|demo|secret123|password|^test/i;

/** Whether a secret looks like one copied from an example; production refuses to start with it. */
export function isExampleSecret(value: string): boolean {
  return EXAMPLE_SECRET.test(value);
}
