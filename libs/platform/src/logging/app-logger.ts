import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { LOG_LEVELS, type LogLevelName } from '../config/base-environment.js';
import { makeScrubber } from './scrubber.js';

const NEST_LEVELS: Readonly<Record<LogLevelName, LogLevel>> = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  info: 'log',
  debug: 'debug',
};

/** Nest's own start-up chatter; the line that says where we listen says all of it. */
const QUIET = new Set([
  'InstanceLoader',
  'RouterExplorer',
  'RoutesResolver',
  'NestFactory',
  'NestApplication',
]);

export interface LogOptions {
  readonly level: LogLevelName;
  readonly json: boolean;
  /** Values of the configuration that no line may hold. */
  readonly secrets?: readonly string[];
}

/** JSON lines in production, readable lines elsewhere; every line passes the scrubber. */
export class AppLogger extends ConsoleLogger {
  private readonly scrub: (line: string) => string;

  constructor(options: LogOptions) {
    const count = LOG_LEVELS.indexOf(options.level) + 1;
    super({
      json: options.json,
      compact: true,
      colors: !options.json && process.stdout.isTTY,
      logLevels: LOG_LEVELS.slice(0, count).map((level) => NEST_LEVELS[level]),
    });
    this.scrub = makeScrubber(options.secrets ?? []);
  }

  /** One calm line for people: `method=POST route=/v1/sessions/token status=200 ms=12`. */
  protected override stringifyMessage(message: unknown, logLevel: LogLevel): string {
    if (this.options.json || typeof message !== 'object' || message === null) {
      return super.stringifyMessage(message, logLevel);
    }
    return Object.entries(message)
      .map(
        ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      .join(' ');
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (QUIET.has(String(rest.at(-1)))) return;
    super.log(message, ...(rest as [string]));
  }

  protected override formatMessage(
    ...parts: Parameters<ConsoleLogger['formatMessage']>
  ): ReturnType<ConsoleLogger['formatMessage']> {
    return this.scrub(super.formatMessage(...parts));
  }

  /** Nest calls this without a stack as well. */
  protected override printStackTrace(stack: string | undefined): void {
    super.printStackTrace(this.scrub(stack ?? ''));
  }

  protected override stringifyJsonLogObject(
    ...parts: Parameters<ConsoleLogger['stringifyJsonLogObject']>
  ): ReturnType<ConsoleLogger['stringifyJsonLogObject']> {
    return this.scrub(super.stringifyJsonLogObject(...parts));
  }
}
