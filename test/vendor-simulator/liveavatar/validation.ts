import type { InputProblem } from './envelope.js';

/** The only avatar a sandbox session may use (reference 2.14). */
export const SANDBOX_AVATAR_ID = 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a';

/** A sandbox session's longest duration in seconds (reference 2.14). */
export const SANDBOX_MAX_SECONDS = 60;

export const STOP_REASONS = [
  'UNKNOWN',
  'USER_DISCONNECTED',
  'SERVER_ERROR',
  'IDLE_TIMEOUT',
  'NO_CREDITS',
  'USER_CLOSED',
  'AVATAR_DELETED',
  'MAX_DURATION_REACHED',
  'ZOMBIE_SESSION_REAP',
  'AGENT_HANG_UP',
  'DISPATCH_FAILED',
] as const;

/** Why a session ended (reference 2.9). */
export type EndReason = (typeof STOP_REASONS)[number];

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** True for a UUID in any version, as pydantic reads one. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** True for a JSON object, false for null and lists. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Collects the problems of one object, member by member, in FastAPI's words. */
export class MemberChecks {
  readonly problems: InputProblem[] = [];

  constructor(
    private readonly source: JsonObject,
    private readonly loc: (string | number)[] = ['body'],
  ) {}

  private add(name: string, msg: string, type: string): void {
    this.problems.push({ loc: [...this.loc, name], msg, type });
  }

  private present(name: string): boolean {
    return this.source[name] !== undefined && this.source[name] !== null;
  }

  uuid(name: string, required = false): void {
    if (!this.present(name) && !required) return;
    if (this.source[name] === undefined) return this.add(name, 'Field required', 'missing');
    if (typeof this.source[name] !== 'string') {
      return this.add(name, 'UUID input should be a string, bytes or UUID object', 'uuid_type');
    }
    if (isUuid(this.source[name])) return;
    const msg = 'Input should be a valid UUID, invalid character or length';
    this.add(name, msg, 'uuid_parsing');
  }

  flag(name: string): void {
    if (this.source[name] === undefined || typeof this.source[name] === 'boolean') return;
    this.add(name, 'Input should be a valid boolean', 'bool_type');
  }

  text(name: string): void {
    if (!this.present(name) || typeof this.source[name] === 'string') return;
    this.add(name, 'Input should be a valid string', 'string_type');
  }

  integer(name: string, least: number): void {
    if (!this.present(name)) return;
    const value = this.source[name];
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return this.add(name, 'Input should be a valid integer', 'int_type');
    }
    if (value >= least) return;
    this.add(name, `Input should be greater than or equal to ${least}`, 'greater_than_equal');
  }

  oneOf(name: string, values: readonly string[]): void {
    const value = this.source[name];
    if (value === undefined || (typeof value === 'string' && values.includes(value))) return;
    const wanted = values.map((choice) => `'${choice}'`).join(' or ');
    this.add(name, `Input should be ${wanted}`, values.length === 1 ? 'literal_error' : 'enum');
  }

  /** Looks into a nested object; the callback gets checks of its own, whose problems are joined. */
  object(name: string, inspect?: (checks: MemberChecks, value: JsonObject) => void): void {
    if (!this.present(name)) return;
    const value = this.source[name];
    if (!isJsonObject(value)) {
      return this.add(name, 'Input should be a valid dictionary', 'dict_type');
    }
    const nested = new MemberChecks(value, [...this.loc, name]);
    inspect?.(nested, value);
    this.problems.push(...nested.problems);
  }
}
