import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { LOG_LEVELS, type LogLevelName } from '../config/base-environment.js';

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

/** JSON lines in production, readable lines elsewhere. */
export class AppLogger extends ConsoleLogger {
  constructor(options: { level: LogLevelName; json: boolean }) {
    const count = LOG_LEVELS.indexOf(options.level) + 1;
    super({
      json: options.json,
      compact: true,
      colors: !options.json && process.stdout.isTTY,
      logLevels: LOG_LEVELS.slice(0, count).map((level) => NEST_LEVELS[level]),
    });
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
}
