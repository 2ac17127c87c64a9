import { IsUUID } from 'class-validator';
import { MayBeAbsent } from '#contracts/validators';
import {
  BaseEnvironment,
  EnvBaseUrl,
  EnvBoolean,
  EnvCheck,
  EnvInteger,
  EnvList,
  EnvSeconds,
  EnvSecret,
  EnvSecrets,
  isOriginPattern,
  MAX_RATE,
  operatorsProblem,
} from '#platform/config';

/** Fewest bytes of a secret that signs session tokens. */
const MIN_SECRET_BYTES = 32;

const KEY = { minBytes: 8 };
const TOKEN_TEXT = 'must be 8 to 512 printable characters without spaces';

/** Variables of ilianaai-avatar. */
export class AvatarEnvironment extends BaseEnvironment {
  @EnvInteger(0, 65_535)
  PORT: number = 3000;

  @MayBeAbsent()
  @EnvSecret(KEY, TOKEN_TEXT)
  LIVEAVATAR_API_KEY?: string;

  @EnvBaseUrl()
  LIVEAVATAR_BASE_URL: string = 'https://api.liveavatar.com';

  @MayBeAbsent()
  @IsUUID('all', { message: 'must be a UUID' })
  LIVEAVATAR_DEFAULT_AVATAR_ID?: string;

  @EnvBoolean()
  LIVEAVATAR_SANDBOX: boolean = false;

  @EnvInteger(0, 100_000)
  VENDOR_CALLS_PER_SECOND: number = 10;

  @EnvInteger(0, 1_000_000)
  VENDOR_MAX_SESSIONS: number = 0;

  @MayBeAbsent()
  @EnvBoolean()
  HEYGEN_ENABLED?: boolean;

  @MayBeAbsent()
  @EnvSecret(KEY, TOKEN_TEXT)
  HEYGEN_API_KEY?: string;

  @EnvBaseUrl()
  HEYGEN_BASE_URL: string = 'https://api.heygen.com';

  @EnvList(
    (entry) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(entry),
    'host names such as livekit.cloud',
  )
  MEDIA_HOST_SUFFIXES: string[] = ['livekit.cloud', 'liveavatar.com', 'heygen.com', 'heygen.io'];

  @EnvBaseUrl('/api/v1')
  PETYA_BASE_URL!: string;

  /** Where operators' browsers find Petya's board, which this app's board leads to. */
  @MayBeAbsent()
  @EnvBaseUrl('/board')
  PETYA_BOARD_URL?: string;

  @EnvSecret(KEY, TOKEN_TEXT)
  PETYA_AUTH_TOKEN!: string;

  @MayBeAbsent()
  @EnvList(isOriginPattern, 'origins such as https://shop.example.com or https://*.example.com')
  DEFAULT_ALLOWED_ORIGINS?: string[];

  @EnvCheck((value) =>
    /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(value) ? null : 'must be a language tag',
  )
  DEFAULT_LANGUAGE: string = 'en';

  @EnvInteger(0, 10_000)
  DEFAULT_MAX_CONCURRENT_SESSIONS: number = 5;

  @EnvInteger(1, 86_400)
  DEFAULT_MAX_SESSION_SECONDS: number = 1200;

  @EnvInteger(1, 5000)
  DEFAULT_MAX_TRANSCRIPT_TURNS: number = 5000;

  @MayBeAbsent()
  @EnvSecrets(
    { minBytes: MIN_SECRET_BYTES, maxBytes: 4096, anyText: true },
    `secrets of at least ${MIN_SECRET_BYTES} bytes`,
  )
  SESSION_TOKEN_SECRET?: string[];

  @MayBeAbsent()
  @EnvCheck(operatorsProblem)
  ADMIN_TOKEN?: string;

  @MayBeAbsent()
  @EnvInteger(0, MAX_RATE)
  TOKENS_PER_ADDRESS_PER_MINUTE?: number;

  @MayBeAbsent()
  @EnvInteger(0, MAX_RATE)
  TOKENS_PER_VISITOR_PER_MINUTE?: number;

  @EnvSeconds(0, 600)
  LEAVE_GRACE_SECONDS: number = 20;

  @EnvSeconds(1, 3600)
  NO_SHOW_SECONDS: number = 120;

  @EnvSeconds(0.5, 300)
  LEASE_SECONDS: number = 15;

  @EnvInteger(1, 86_400)
  MAX_SESSION_SECONDS: number = 1200;

  @EnvSeconds(0.05, 60)
  UPKEEP_POLL_SECONDS: number = 1;

  @EnvSeconds(0.1, 600)
  VENDOR_POLL_SECONDS: number = 30;

  @EnvSeconds(0.05, 600)
  SWEEP_PATIENCE_SECONDS: number = 30;

  @EnvSeconds(0.1, 600)
  FINAL_WAIT_SECONDS: number = 60;

  @EnvSeconds(0.05, 60)
  FINAL_READ_GAP_SECONDS: number = 2;

  @EnvSeconds(1, 86_400)
  VENDOR_DOWN_WAIT_SECONDS: number = 600;

  @EnvList((entry) => /^\d{1,6}(\.\d{1,3})?$/.test(entry), 'numbers of seconds')
  RETRY_STEPS_SECONDS: string[] = ['0', '1', '5', '15', '60', '300', '600'];

  @EnvSeconds(0.05, 3600)
  ERASURE_POLL_SECONDS: number = 5;

  /** Longer than a write of a turn may take. */
  @EnvSeconds(0, 3600)
  ERASURE_SETTLE_SECONDS: number = 15;

  @EnvSeconds(0, 3650, 'days')
  TURN_RETENTION_DAYS: number = 7;

  @EnvInteger(1, 1000)
  CIRCUIT_FAILURES: number = 5;

  @EnvSeconds(0.05, 3600)
  CIRCUIT_OPEN_SECONDS: number = 5;

  @EnvSeconds(0.05, 300)
  RELAY_PING_SECONDS: number = 10;

  @EnvSeconds(0.05, 300)
  RELAY_STALL_SECONDS: number = 10;

  @EnvInteger(1, 1_000_000)
  RELAY_MESSAGES_PER_SECOND: number = 200;

  @MayBeAbsent()
  @EnvInteger(0, 100_000)
  UNSTARTED_PER_ADDRESS?: number;

  @EnvInteger(0, 86_400)
  RECONCILE_SECONDS: number = 3600;

  @EnvBoolean()
  RECONCILE_UNKNOWN_SESSIONS: boolean = false;
}
