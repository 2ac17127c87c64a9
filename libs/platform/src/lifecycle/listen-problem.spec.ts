import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { ConfigError } from '../config/load-config.js';
import { listenProblem } from './listen-problem.js';

const fault = (code: string) => Object.assign(new Error(code), { code });

describe('what keeps a listener from opening', () => {
  it.each([
    ['EADDRINUSE', 'PORT is already in use'],
    ['EACCES', 'PORT may not be opened'],
    ['ENOTFOUND', 'HOST must be'],
    ['EAI_AGAIN', 'HOST must be'],
    ['EADDRNOTAVAIL', 'HOST must be'],
  ])('is said by its variable: %s', (code, beginning) => {
    for (const name of ['', 'ADMIN_'] as const) {
      const problem = listenProblem(fault(code), name);
      expect(problem).toBeInstanceOf(ConfigError);
      expect((problem as ConfigError).problems[0]).toMatch(new RegExp(`^${name}${beginning}`));
    }
  });

  it('is left as it is where it is another', () => {
    for (const error of [fault('EMFILE'), new Error('x'), 'x']) {
      expect(listenProblem(error, '')).toBe(error);
    }
  });

  it('is a host that nobody knows', async () => {
    const [error] = (await once(createServer().listen(0, 'no-such-host.invalid'), 'error')) as [
      Error,
    ];
    expect(listenProblem(error, '')).toBeInstanceOf(ConfigError);
  });
});
