import {
  BaseEnvironment,
  EnvBaseUrl,
  EnvCheck,
  EnvInteger,
  EnvSeconds,
  EnvSecrets,
  MAX_RATE,
  operatorsProblem,
} from '#platform/config';
import { Matches } from 'class-validator';
import { IsConversationId, IsUtf8Length, MayBeAbsent } from '#contracts/validators';

/** Shortest token that may guard anything. */
const TOKEN = { minBytes: 16 };

const PEPPER = { minBytes: 16, anyText: true };

/** The flat variables of this app. */
export class PetyaEnvironment extends BaseEnvironment {
  @EnvInteger(0, 65_535)
  PORT: number = 5000;

  @EnvSecrets(TOKEN, 'tokens of 16 or more printable characters')
  SERVICE_TOKENS!: string[];

  @MayBeAbsent()
  @EnvCheck(operatorsProblem)
  ADMIN_TOKEN?: string;

  /** Visitors and conversations that an address may begin. */
  @MayBeAbsent()
  @EnvInteger(0, MAX_RATE)
  VISITORS_PER_ADDRESS_PER_MINUTE?: number;

  @MayBeAbsent()
  @EnvInteger(0, MAX_RATE)
  MESSAGES_PER_ADDRESS_PER_MINUTE?: number;

  /** The first one digests and signs, all are tried, so that one can be rotated. */
  @MayBeAbsent()
  @EnvSecrets(PEPPER, 'peppers of 16 to 512 bytes')
  API_KEY_PEPPER?: string[];

  /** Life of a visitor token. One that is used is renewed long before. */
  @EnvInteger(1, 3650)
  VISITOR_TOKEN_DAYS: number = 180;

  @Matches(/^[\x21-\x7e]{1,128}$/, { message: 'must be printable characters without spaces' })
  DEFAULT_AVATAR_ID: string = 'Katya_Chair_Sitting_public';

  @IsUtf8Length(1, 2000, { message: 'must be 1 to 2000 bytes' })
  DEFAULT_INTRO: string = 'Hello and welcome. How can I help you today?';

  @MayBeAbsent()
  @EnvBaseUrl('/api/v1', '/api/v1/avatar')
  AVATAR_SERVICE_URL?: string;

  /** Where visitors' browsers find this app; the board writes it into embed codes. */
  @MayBeAbsent()
  @EnvBaseUrl('/api/v1')
  PETYA_PUBLIC_URL?: string;

  /** Pause between two looks for what is older than an account keeps it. */
  @EnvSeconds(0.05, 86_400)
  RETENTION_SWEEP_SECONDS: number = 3600;

  /** The account that owns conversations stored before there were accounts. */
  @MayBeAbsent()
  @IsConversationId()
  OLDER_RECORDS_ACCOUNT_ID?: string;
}
