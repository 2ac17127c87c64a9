import { describe, expect, it } from '@jest/globals';
import { leftOpen } from './left-open.cjs';

const server = { getConnections: () => undefined, address: () => ({ port: 5000 }) };
const onAPath = { getConnections: () => undefined, address: () => '/tmp/a.sock' };
const connection = { remoteAddress: '127.0.0.1', remotePort: 27_017 };
const child = { spawnfile: 'node' };
const pipe = { fd: 1 };

const end = 'Close it in afterAll.';

describe('what a test file leaves open', () => {
  it.each([
    ['nothing', [], [], 0, null],
    ['standard output and the pipe to Jest', [pipe], [], 0, null],
    ['a server on a path', [onAPath], [], 0, null],
    ['what was open before', [server, connection], [server, connection], 0, null],
    ['fewer timers than before', [], [], -1, null],
    ['a server', [server], [], 0, `a.spec.ts ends and leaves open: a server on port 5000. ${end}`],
    ['a timer', [], [], 1, `a.spec.ts ends and leaves open: a timer. ${end}`],
    ['timers and a pipe', [pipe], [], 2, `a.spec.ts ends and leaves open: 2 timers. ${end}`],
    [
      'a connection',
      [connection],
      [],
      0,
      `a.spec.ts ends and leaves open: a connection to 127.0.0.1:27017. ${end}`,
    ],
    ['a child', [child], [], 0, `a.spec.ts ends and leaves open: the child process node. ${end}`],
    [
      'several, one from before',
      [server, pipe, connection, child],
      [child],
      1,
      `a.spec.ts ends and leaves open: a server on port 5000, a connection to 127.0.0.1:27017, a timer. ${end}`,
    ],
  ])('is said in one sentence: %s', (_, handles, before, timers, sentence) => {
    const known = new WeakSet<object>(before);
    expect(leftOpen('a.spec.ts', handles, known, timers)).toBe(sentence);
  });
});
