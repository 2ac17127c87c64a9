import { Transform } from 'class-transformer';
import { Max, Min, ValidateBy } from 'class-validator';
import { IsWholeNumber } from '#contracts/validators';
import { baseUrlOf, isSecret, type SecretRule } from './read-variable.js';

/** A whole number given as text; anything else is left as it is for the checks to refuse. */
export function EnvInteger(min: number, max: number): PropertyDecorator {
  return combine(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IsWholeNumber(min, max),
  );
}

/** Seconds as text, decimals allowed so that tests can shorten every budget. */
export function EnvSeconds(min: number, max: number, unit = 'seconds'): PropertyDecorator {
  const message = `must be a number of ${unit} from ${min} to ${max}`;
  return combine(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,9}(\.\d{1,6})?$/.test(value) ? Number(value) : value,
    ),
    Min(min, { message }),
    Max(max, { message }),
  );
}

/** A part of a whole, as a number from 0 to 1. */
export function EnvRatio(): PropertyDecorator {
  const message = 'must be a number from 0 to 1';
  return combine(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^[01](\.\d{1,9})?$/.test(value) ? Number(value) : value,
    ),
    Min(0, { message }),
    Max(1, { message }),
  );
}

/**
 * Text that a rule finds no fault with.
 * @param problemOf the fault, as the rest of a sentence that begins with the variable's name
 */
export function EnvCheck(problemOf: (value: string) => string | null): PropertyDecorator {
  const check = (value: unknown) => problemOf(typeof value === 'string' ? value : '');
  return ValidateBy({
    name: 'envCheck',
    validator: {
      validate: (value: unknown) => check(value) === null,
      defaultMessage: (args) => check(args?.value) ?? '',
    },
  });
}

/** `true` or `false`, nothing else. */
export function EnvBoolean(): PropertyDecorator {
  return combine(
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    ValidateBy({
      name: 'envBoolean',
      validator: {
        validate: (value: unknown) => typeof value === 'boolean',
        defaultMessage: () => 'must be true or false',
      },
    }),
  );
}

/** A comma-separated list of at least one non-empty entry, each held against `accepts`. */
export function EnvList(accepts: (entry: string) => boolean, wanted: string): PropertyDecorator {
  return combine(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.split(',').map((entry) => entry.trim()) : value,
    ),
    ValidateBy({
      name: 'envList',
      validator: {
        validate: (value: unknown) =>
          Array.isArray(value) &&
          value.every((entry) => typeof entry === 'string' && accepts(entry)),
        defaultMessage: () => `must be ${wanted}, separated by commas`,
      },
    }),
  );
}

/**
 * A base URL of `http:` or `https:` without query or credentials, read as its origin.
 * @param paths what may stand behind it and is left away
 */
export function EnvBaseUrl(...paths: string[]): PropertyDecorator {
  return combine(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (baseUrlOf(value, paths) ?? NO_URL) : value,
    ),
    ValidateBy({
      name: 'envBaseUrl',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && value !== NO_URL,
        defaultMessage: () => 'must be an http(s) URL without path, query or credentials',
      },
    }),
  );
}

/** In place of what is no base URL. */
const NO_URL = '';

/** A secret. @param wanted what it must be, as the rest of a sentence that begins with its name */
export function EnvSecret(rule: SecretRule, wanted: string): PropertyDecorator {
  return EnvCheck((value) => (isSecret(value, rule) ? null : wanted));
}

/** Secrets separated by commas, so that one can be replaced. */
export function EnvSecrets(rule: SecretRule, wanted: string): PropertyDecorator {
  return EnvList((entry) => isSecret(entry, rule), wanted);
}

function combine(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}
