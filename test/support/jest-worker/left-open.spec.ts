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
    ['nothing', [], [], null],
    ['standard output and the pipe to Jest', [pipe], [], null],
    ['a server on a path', [onAPath], [], null],
    ['what was open before', [server, connection], [server, connection], null],
    ['a server', [server], [], `a.spec.ts ends and leaves open: a server on port 5000. ${end}`],
    [
      'a connection',
      [connection],
      [],
      `a.spec.ts ends and leaves open: a connection to 127.0.0.1:27017. ${end}`,
    ],
    ['a child', [child], [], `a.spec.ts ends and leaves open: the child process node. ${end}`],
    [
      'several, one from before',
      [server, pipe, connection, child],
      [child],
      `a.spec.ts ends and leaves open: a server on port 5000, a connection to 127.0.0.1:27017. ${end}`,
    ],
  ])('is said in one sentence: %s', (_, handles, before, sentence) => {
    expect(leftOpen('a.spec.ts', handles, new WeakSet<object>(before))).toBe(sentence);
  });
});
