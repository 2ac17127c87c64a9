import { setImmediate as nextTurn } from 'node:timers/promises';
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

function linesOf(log: string): string[] {
  const lines = log.trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { message: { line: string } }).message.line);
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'];

describe('the log', () => {
  it.each([
    ['debug', ['debug', 'info', 'warn', 'error', 'fatal']],
    ['info', ['info', 'warn', 'error', 'fatal']],
    ['warn', ['warn', 'error', 'fatal']],
    ['error', ['error', 'fatal']],
    ['fatal', ['fatal']],
  ] as const)('from level %s on holds %j', async (level, expected) => {
    writeAll(new AppLogger({ level, json: true }));
    await nextTurn();
    expect(LEVELS.filter((each) => written.includes(`{"line":"${each}"}`))).toEqual(expected);
  });

  it('is one JSON object a line in production', async () => {
    new AppLogger({ level: 'info', json: true }).log({ route: '/v1/x', status: 200 }, 'Request');
    await nextTurn();
    const lines = written.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'log',
      context: 'Request',
      message: { route: '/v1/x', status: 200 },
    });
  });

  it('keeps control characters and line breaks of a value inside its line', async () => {
    const value = 'a\nb\u001b[31m\r{"level":"fatal"}';
    new AppLogger({ level: 'info', json: true }).log({ value }, 'Request');
    await nextTurn();
    expect(written.trimEnd().split('\n')).toHaveLength(1);
    expect(written).not.toContain('\u001b');
  });

  it('is written in the order in which it was made, a failure at once', async () => {
    const logger = new AppLogger({ level: 'info', json: true });
    logger.log({ line: 'one' }, 'Test');
    logger.error({ line: 'two' }, 'Test');
    expect(linesOf(written)).toEqual(['one', 'two']);
    logger.log({ line: 'three' }, 'Test');
    await nextTurn();
    expect(linesOf(written)).toEqual(['one', 'two', 'three']);
  });

  it("leaves out Nest's start-up chatter", async () => {
    const logger = new AppLogger({ level: 'info', json: true });
    logger.log('Mapped {/v1/x, GET} route', 'RouterExplorer');
    logger.log('Nest application successfully started', 'NestApplication');
    await nextTurn();
    expect(written).toBe('');
  });
});
