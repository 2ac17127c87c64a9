import { IsIn, IsString, Matches } from 'class-validator';
import { EnvInteger, EnvList } from './env-types.js';
import { isIP } from 'node:net';
import { MayBeAbsent } from '#contracts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** Variables both apps read (contract section 5). */
export class BaseEnvironment {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @IsString()
  HOST: string = '0.0.0.0';

  @Matches(/^mongodb(\+srv)?:\/\//, { message: 'must be a mongodb:// or mongodb+srv:// URI' })
  MONGODB_URI!: string;

  @IsIn(LOG_LEVELS)
  LOG_LEVEL: LogLevelName = 'info';

  @MayBeAbsent()
  @EnvList(isAddressOrRange, 'IP addresses or CIDR ranges')
  TRUSTED_PROXIES?: string[];

  @EnvInteger(1, 120)
  DRAIN_SECONDS: number = 20;
}

function isAddressOrRange(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** Texts that stand in examples and must never guard anything real. */
const EXAMPLE_SECRET = /example|change-?me|replace|local-only|demo|secret123|password|^test/i;

/** Whether a secret looks like one copied from an example; production refuses to start with it. */
export function isExampleSecret(value: string): boolean {
  return EXAMPLE_SECRET.test(value);
}
