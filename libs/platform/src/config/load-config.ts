import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { pointersOf } from '../validation/pointers.js';
import { readVariable } from './read-variable.js';

/** The environment does not fit; the message names variables and never their values. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration does not fit:\n${problems.map((each) => `  ${each}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads a configuration as the first thing that a process does, before it loads anything heavy. One
 * that does not fit is one clear message on stderr and exit code 1.
 */
export function configOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/**
 * Reads flat environment variables into a class whose decorators check them. Only variables that
 * the class declares are read; one that is empty, or nothing but space, counts as not set.
 * @throws ConfigError naming each variable that is missing or malformed
 */
export function loadEnvironment<T extends object>(
  type: ClassConstructor<T>,
  environment: Readonly<Record<string, string | undefined>>,
): T {
  const known: Record<string, string> = {};
  const refused = new Map<string, string>();
  for (const [name, raw] of Object.entries(environment)) {
    if (!/^[A-Z]/.test(name)) continue;
    const read = readVariable(raw);
    if ('problem' in read) refused.set(name, read.problem);
    else if (read.value !== null) known[name] = read.value;
  }
  const instance = plainToInstance(type, known, { exposeDefaultValues: true });
  const problems = validateSync(instance, { stopAtFirstError: true, whitelist: true });
  const declared = new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(type, '', false, false)
      .map(({ propertyName }) => propertyName),
  );
  const found = new Map(
    pointersOf([], problems).map(({ pointer, message }) => [pointer.slice(1), message]),
  );
  for (const [name, problem] of refused) if (declared.has(name)) found.set(name, problem);
  if (found.size > 0) {
    throw new ConfigError([...found].map(([name, message]) => `${name} ${message}`));
  }
  return instance;
}
