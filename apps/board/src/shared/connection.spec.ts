import { describe, expect, it } from '@jest/globals';
import { answered, type Connection, failed, troubleOf, UNASKED } from './connection.js';

const NOW = Date.parse('2026-11-29T02:12:04Z');
const ago = (seconds: number) => NOW - seconds * 1000;

const words = (connection: Connection) => troubleOf(connection, 'the gateway', NOW, 'UTC');

describe('what is said of the connection', () => {
  it.each([
    ['nothing before the first answer', UNASKED, null],
    ['nothing while answers come', answered(ago(3)), null],
    [
      'how old it is, where no answer comes and none fails',
      answered(ago(11)),
      'What is shown is 11 s old.',
    ],
    [
      'since when nobody is reached',
      failed(answered(ago(45)), ago(40), null),
      'Cannot reach the gateway since 02:11:24. What is shown is 45 s old.',
    ],
    [
      'that there is nothing to show',
      failed(UNASKED, ago(40), null),
      'Cannot reach the gateway since 02:11:24. Nothing can be shown yet.',
    ],
    [
      'what the service says of itself',
      failed(
        answered(ago(45)),
        ago(40),
        'The service cannot reach its database. Try again shortly.',
      ),
      'The service cannot reach its database. Try again shortly. So it has been since 02:11:24. What is shown is 45 s old.',
    ],
  ])('%s', (_what, connection, said) => {
    expect(words(connection)).toBe(said);
  });

  it('counts from the first failure, and all is well with the next answer', () => {
    const first = failed(answered(ago(60)), ago(50), null);
    expect(words(failed(first, ago(10), null))).toContain('since 02:11:14.');
    expect(words(answered(ago(1)))).toBeNull();
  });
});
