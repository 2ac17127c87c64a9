import { Transform } from 'class-transformer';
import {
  IsInt,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  type ValidationOptions,
} from 'class-validator';
import { isTimeZone } from './period.js';

/** Vendor session ids: opaque, `[A-Za-z0-9_-]{1,128}`. */
export const SESSION_ID_PATTERN = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Conversation, visitor and external ids: `[A-Za-z0-9._:-]{1,128}`, but not `.` and `..`, which a URL
 * takes for steps of its path. Written without a lookahead, which not every language has.
 */
export const CONVERSATION_ID_PATTERN =
  /^(?:[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,127}|\.[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,126}|\.\.[A-Za-z0-9._:-]{1,126})$/;

/** By which LiveAvatar knows avatars, voices, contexts and agents. */
export const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a trace, by W3C Trace Context. */
export const TRACE_ID_PATTERN = /^[0-9a-f]{32}$/;

/**
 * The member may be left out. Unlike class-validator's `IsOptional`, an explicit null is still
 * checked by the other rules: a client that sends null by mistake is told so.
 */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/**
 * The member may be left out, and an empty text is as if it were: a page's form that nobody filled
 * in sends one, and its visitor is not to be refused for it.
 */
export function MayBeEmpty(): PropertyDecorator {
  const emptyIsAbsent = Transform(({ value }: { value: unknown }) =>
    value === '' ? undefined : value,
  );
  return (target, property) => {
    MayBeAbsent()(target, property);
    emptyIsAbsent(target, property);
    const names = mayBeEmpty.get(target.constructor) ?? new Set();
    mayBeEmpty.set(target.constructor, names.add(String(property)));
  };
}

/** By the class of a body: its members that may be an empty text. */
const mayBeEmpty = new Map<unknown, Set<string>>();

/** Whether a member of a body is marked by `MayBeEmpty`, for the description. */
export function isEmptyAllowed(dto: unknown, property: string): boolean {
  return mayBeEmpty.get(dto)?.has(property) ?? false;
}

/**
 * Members that the body does not know are passed over: those who send it are no clients of ours, and
 * no release of ours changes them. Every other body refuses them.
 */
export function IgnoresUnknown(): ClassDecorator {
  return (dto) => void ignoring.add(dto);
}

const ignoring = new Set<unknown>();

/** Whether a body is marked by `IgnoresUnknown`. */
export function isUnknownIgnored(dto: unknown): boolean {
  return ignoring.has(dto);
}

/** The member may be left out or null, for members whose contract says "string or null". */
export function MayBeNull(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined && value !== null);
}

/**
 * A string of `min` to `max` bytes in UTF-8. Counted in bytes because limits protect storage and
 * vendors, and a character can be four bytes.
 */
export function IsUtf8Length(min: number, max: number, options?: ValidationOptions) {
  return ValidateBy(
    {
      name: 'isUtf8Length',
      constraints: [min, max],
      validator: {
        validate: (value: unknown) => {
          if (typeof value !== 'string') return false;
          const bytes = Buffer.byteLength(value, 'utf8');
          return bytes >= min && bytes <= max;
        },
        defaultMessage: () =>
          `must be a string of ${min > 0 ? `${min} to` : 'at most'} ${max} bytes`,
      },
    },
    options,
  );
}

/**
 * A whole number within bounds. The rules say the same, so that the answer does not depend on
 * which of them was asked first: text in place of a number is no number that is too large.
 */
export function IsWholeNumber(min: number, max: number): PropertyDecorator {
  const options = { message: `must be a whole number from ${min} to ${max}` };
  const rules = [IsInt(options), Min(min, options), Max(max, options)];
  return (target, property) => {
    for (const rule of rules) rule(target, property);
  };
}

/** Largest Unix time in milliseconds that is accepted: the year 2100. */
const MAX_UNIX_MS = 4_102_444_800_000;

/** Values below this are read as seconds, others as milliseconds (it is the year 5138 in seconds). */
const SECONDS_LIMIT = 100_000_000_000;

/**
 * Reads a Unix time that may be in seconds or milliseconds, told apart by size.
 * @returns milliseconds since the epoch, rounded to a whole millisecond
 */
export function unixTimeToMs(value: number): number {
  return Math.round(value < SECONDS_LIMIT ? value * 1000 : value);
}

/** Whether a value is a Unix time we accept: positive, finite, exactly representable, before 2100. */
export function isUnixTime(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value > 0 &&
    value <= Number.MAX_SAFE_INTEGER &&
    unixTimeToMs(value) <= MAX_UNIX_MS
  );
}

/** Unix seconds or milliseconds, integer or decimal; `1e400`, `-0` and unsafe integers are refused. */
export function IsUnixTime(options?: ValidationOptions) {
  return ValidateBy(
    {
      name: 'isUnixTime',
      constraints: [MAX_UNIX_MS / 1000, SECONDS_LIMIT, MAX_UNIX_MS],
      validator: {
        validate: isUnixTime,
        defaultMessage: () => 'must be a Unix time in seconds or milliseconds',
      },
    },
    options,
  );
}

/** The IANA name of a time zone, such as `Europe/Berlin`. */
export function IsTimeZoneName(): PropertyDecorator {
  return ValidateBy({
    name: 'isTimeZoneName',
    constraints: [],
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isTimeZone(value),
      defaultMessage: () => 'must be a string that names a time zone, such as Europe/Berlin',
    },
  });
}

/** A vendor session id in a body. */
export function IsSessionId(): PropertyDecorator {
  return Matches(SESSION_ID_PATTERN, {
    message: 'must be 1 to 128 characters of A-Z a-z 0-9 _ -',
  });
}

/** A conversation, visitor or external id in a body. */
export function IsConversationId(): PropertyDecorator {
  return Matches(CONVERSATION_ID_PATTERN, {
    message: 'must be 1 to 128 characters of A-Z a-z 0-9 . _ : -, and not . or ..',
  });
}
