import { describe, expect, it } from '@jest/globals';
import { loggedBy, watchOutput } from './log-lines.cjs';

const NEST = '[Nest] 537  - 11/30/2026, 6:53:50 PM     LOG [Request] method=POST';
const JSON_LINE = '{"level":"log","pid":1,"message":"Listening","context":"Main"}';

describe('what a test file prints', () => {
  it.each([
    ['', null],
    ['PASS unit a.spec.ts\n', null],
    ['10000 sessions: 18.2 s, 0.8 MB more at most\n', null],
    ['a word of [Nest] in a line\n', null],
    [NEST, NEST],
    [`${NEST}\n`, NEST],
    [`something\n${NEST}\nmore`, NEST],
    [`\u001b[32m${NEST}`, `\u001b[32m${NEST}`],
    [`${JSON_LINE}\n`, JSON_LINE],
  ])('is an app’s log where it has a line of that: %j', (text, line) => {
    const sentence = `a.spec.ts prints an app's log lines: "${line}". Silence its logger.`;
    expect(loggedBy('a.spec.ts', text)).toBe(line === null ? null : sentence);
  });

  it('is passed on, and the file fails at its end', () => {
    const printed: string[] = [];
    const stream = { write: (chunk: string) => printed.push(chunk) > 0 };
    const { write } = stream;
    const watched = watchOutput('a.spec.ts', [stream]);
    expect([stream.write('one\n'), stream.write(`${NEST}\n`), stream.write('two\n')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(watched.end()).toMatch(/^a\.spec\.ts prints/);
    expect(printed).toEqual(['one\n', `${NEST}\n`, 'two\n']);
    expect(stream.write).toBe(write);
  });

  it('is nothing to complain of otherwise', () => {
    const stream = { write: (chunk: string) => chunk !== '' };
    const watched = watchOutput('a.spec.ts', [stream]);
    stream.write('one\n');
    expect(watched.end()).toBeNull();
  });
});
