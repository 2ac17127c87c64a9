import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppLogger } from './app-logger.js';

/** What was written to standard output and standard error since the test began. */
let written = '';
const streams = [process.stdout, process.stderr];
const originals = streams.map((stream) => stream.write);

beforeEach(() => {
  written = '';
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      written += String(chunk);
      return true;
    };
  }
});
afterEach(() => {
  streams.forEach((stream, index) => Object.assign(stream, { write: originals[index] }));
});

function writeAll(logger: AppLogger): void {
  logger.debug({ line: 'debug' }, 'Test');
  logger.log({ line: 'info' }, 'Test');
  logger.warn({ line: 'warn' }, 'Test');
  logger.error({ line: 'error' }, 'Test');
  logger.fatal({ line: 'fatal' }, 'Test');
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'];

describe('the log', () => {
  it.each([
    ['debug', ['debug', 'info', 'warn', 'error', 'fatal']],
    ['info', ['info', 'warn', 'error', 'fatal']],
    ['warn', ['warn', 'error', 'fatal']],
    ['error', ['error', 'fatal']],
    ['fatal', ['fatal']],
  ] as const)('from level %s on holds %j', (level, expected) => {
    writeAll(new AppLogger({ level, json: true }));
    expect(LEVELS.filter((each) => written.includes(`{"line":"${each}"}`))).toEqual(expected);
  });

  it('is one JSON object a line in production', () => {
    new AppLogger({ level: 'info', json: true }).log({ route: '/v1/x', status: 200 }, 'Request');
    const lines = written.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'log',
      context: 'Request',
      message: { route: '/v1/x', status: 200 },
    });
  });

  it('keeps control characters and line breaks of a value inside its line', () => {
    const value = 'a\nb\u001b[31m\r{"level":"fatal"}';
    new AppLogger({ level: 'info', json: true }).log({ value }, 'Request');
    expect(written.trimEnd().split('\n')).toHaveLength(1);
    expect(written).not.toContain('\u001b');
  });

  it("leaves out Nest's start-up chatter", () => {
    const logger = new AppLogger({ level: 'info', json: true });
    logger.log('Mapped {/v1/x, GET} route', 'RouterExplorer');
    logger.log('Nest application successfully started', 'NestApplication');
    expect(written).toBe('');
  });
});
