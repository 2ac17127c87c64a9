import { describe, expect, it } from '@jest/globals';
import { MayBeAbsent } from '#contracts';
import { EnvBaseUrl, EnvBoolean, EnvInteger, EnvList, EnvSeconds } from './env-types.js';
import { ConfigError, loadEnvironment } from './load-config.js';

class Sample {
  @EnvInteger(1, 100)
  COUNT: number = 7;

  @EnvSeconds(0.5, 60)
  WAIT_SECONDS: number = 2;

  @EnvBoolean()
  ENABLED: boolean = false;

  @MayBeAbsent()
  @EnvList((entry) => /^[a-z]+$/.test(entry), 'names in small letters')
  NAMES?: string[];

  @EnvBaseUrl()
  BASE_URL: string = 'https://api.example.com';
}

/** What a variable is read as, or the one line of the refusal. */
function read(variable: keyof Sample, value: string): unknown {
  try {
    return loadEnvironment(Sample, { [variable]: value })[variable];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.join(' | ');
  }
}

describe('a variable that is not set, or set to nothing', () => {
  it('has its default', () => {
    const empty = { COUNT: '', WAIT_SECONDS: '', ENABLED: '', NAMES: '', BASE_URL: undefined };
    const expected = {
      COUNT: 7,
      WAIT_SECONDS: 2,
      ENABLED: false,
      BASE_URL: 'https://api.example.com',
    };
    expect({ ...loadEnvironment(Sample, {}) }).toEqual(expected);
    expect({ ...loadEnvironment(Sample, empty) }).toEqual(expected);
  });
});

describe('a whole number', () => {
  it.each([
    ['1', 1],
    ['100', 100],
    ['007', 7],
    [' 1', 1],
    ['1\r\n', 1],
  ])('is read from %j', (value, expected) => {
    expect(read('COUNT', value)).toBe(expected);
  });

  it.each(['0', '101', '-1', '1.5', '1e1', '0x10', '1 0', 'one', '9'.repeat(20), 'Infinity'])(
    'is not %j',
    (value) => {
      expect(read('COUNT', value)).toBe('COUNT must be a whole number from 1 to 100');
    },
  );
});

describe('a number of seconds', () => {
  it.each([
    ['0.5', 0.5],
    ['1', 1],
    ['59.999999', 59.999999],
    ['60', 60],
  ])('is read from %j', (value, expected) => {
    expect(read('WAIT_SECONDS', value)).toBe(expected);
  });

  it.each(['0.4', '60.1', '-1', '.5', '5.', '1s', '1e1', 'NaN', '5 0'])('is not %j', (value) => {
    expect(read('WAIT_SECONDS', value)).toBe(
      'WAIT_SECONDS must be a number of seconds from 0.5 to 60',
    );
  });
});

describe('a switch', () => {
  it('is on or off by its word', () => {
    expect([read('ENABLED', 'true'), read('ENABLED', 'false')]).toEqual([true, false]);
  });

  it.each(['1', '0', 'yes', 'TRUE', 'null'])('is not %j', (value) => {
    expect(read('ENABLED', value)).toBe('ENABLED must be true or false');
  });
});

describe('a list', () => {
  it.each([
    ['a', ['a']],
    ['a,b , c', ['a', 'b', 'c']],
  ])('is read from %j', (value, expected) => {
    expect(read('NAMES', value)).toEqual(expected);
  });

  it.each([',', 'a,', ',a', 'a,,b', 'a b', 'a;b', 'A'])('is not %j', (value) => {
    expect(read('NAMES', value)).toBe('NAMES must be names in small letters, separated by commas');
  });
});

describe('a variable with quotes around it', () => {
  it.each(['"a"', "'a'", '`a`', '“a”', '""', ' "a" \n'])(
    'is refused whatever it is for: %s',
    (value) => {
      for (const name of ['COUNT', 'WAIT_SECONDS', 'ENABLED', 'NAMES', 'BASE_URL'] as const) {
        expect(read(name, value)).toBe(`${name} must stand without the quotes around it`);
      }
    },
  );

  it('is nobody’s business where the app reads no such variable', () => {
    expect(() => loadEnvironment(Sample, { OTHER: '"a"' })).not.toThrow();
  });
});

describe('a base URL', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    [' https://api.example.com/\n', 'https://api.example.com'],
    ['HTTPS://API.example.com', 'https://api.example.com'],
    ['https://api.example.com:443/', 'https://api.example.com'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['http://[::1]:5000/', 'http://[::1]:5000'],
  ])('is read as its origin: %j', (value, origin) => {
    expect(read('BASE_URL', value)).toBe(origin);
  });

  it.each([
    'api.example.com',
    'ftp://api.example.com',
    'https://',
    'https://api.example.com/v1',
    'https://api.example.com//',
    'https://api.example.com?key=1',
    'https://api.example.com/#a',
    'https://user:pass@api.example.com',
    'https://api.example.com\\@evil.test',
    'javascript:alert(1)',
  ])('is not %j', (value) => {
    expect(read('BASE_URL', value)).toBe(
      'BASE_URL must be an http(s) URL without path, query or credentials',
    );
  });
});
