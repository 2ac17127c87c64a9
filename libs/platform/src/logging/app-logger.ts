import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { isatty } from 'node:tty';
import { LOG_LEVELS, type LogLevelName } from '../config/base-environment.js';
import { outputLines } from './line-batch.js';
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

/** Who did what as the operator: written at any level. */
export const AUDIT = 'Audit';

export interface LogOptions {
  readonly level: LogLevelName;
  readonly json: boolean;
  /** Values of the configuration that no line may hold. */
  readonly secrets?: readonly string[];
}

/** JSON lines in production, readable lines elsewhere; every line passes the scrubber. */
export class AppLogger extends ConsoleLogger {
  private readonly scrub: (line: string) => string;
  private readonly head: string;
  private stampedSecond = 0;
  private stamp = '';

  constructor(options: LogOptions) {
    const count = LOG_LEVELS.indexOf(options.level) + 1;
    super({
      json: options.json,
      compact: true,
      colors: !options.json && isatty(process.stdout.fd),
      logLevels: LOG_LEVELS.slice(0, count).map((level) => NEST_LEVELS[level]),
    });
    this.scrub = makeScrubber(options.secrets ?? []);
    this.head = this.formatPid(process.pid);
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
    const context = String(rest.at(-1));
    if (QUIET.has(context)) return;
    if (context === AUDIT) {
      outputLines.put(this.lineOf(message, AUDIT, 'log'));
      return;
    }
    super.log(message, ...(rest as [string]));
  }

  /** Ordinary lines are gathered; one that tells of a failure is out before anything else happens. */
  protected override printMessages(
    ...given: Parameters<ConsoleLogger['printMessages']>
  ): ReturnType<ConsoleLogger['printMessages']> {
    const [messages, context = '', logLevel = 'log', stream] = given;
    if (stream === 'stderr' || messages.some((message) => message instanceof Error)) {
      outputLines.flush();
      super.printMessages(...given);
      return;
    }
    for (const message of messages) outputLines.put(this.lineOf(message, context, logLevel));
  }

  private lineOf(message: unknown, context: string, logLevel: LogLevel): string {
    if (this.options.json) {
      const line = this.getJsonLogObject(message, { context, logLevel });
      return `${this.stringifyJsonLogObject(line)}\n`;
    }
    const level = logLevel.toUpperCase().padStart(7);
    return this.formatMessage(logLevel, message, this.head, level, this.formatContext(context), '');
  }

  /** Made once a second: making it costs as much as the rest of a line. */
  protected override getTimestamp(): string {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.stampedSecond) {
      this.stampedSecond = second;
      this.stamp = super.getTimestamp();
    }
    return this.stamp;
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
