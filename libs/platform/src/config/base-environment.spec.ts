import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BaseEnvironment, isExampleSecret, LOG_LEVELS } from './base-environment.js';
import { ConfigError, loadEnvironment } from './load-config.js';

const MONGODB_URI = 'mongodb://127.0.0.1:27017/avatar';

const load = (more: Record<string, string>) =>
  loadEnvironment(BaseEnvironment, { MONGODB_URI, ...more });

function problems(environment: Record<string, string>): readonly string[] {
  try {
    loadEnvironment(BaseEnvironment, environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

describe('the environment of both apps', () => {
  it('needs a database and has a default for everything else', () => {
    expect({ ...load({}) }).toEqual({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      ADMIN_HOST: '127.0.0.1',
      MONGODB_URI,
      LOG_LEVEL: 'info',
      OTEL_TRACES_SAMPLER_ARG: 1,
      DRAIN_SECONDS: 20,
      FAILED_KEYS_PER_MINUTE: 60,
    });
    expect(problems({})).toEqual(['MONGODB_URI must be a mongodb:// or mongodb+srv:// URI']);
  });

  it('is read as it is set', () => {
    expect(
      load({
        NODE_ENV: 'development',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        DRAIN_SECONDS: '25',
        TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.168.0.1,2001:db8::/32',
      }),
    ).toMatchObject({
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      DRAIN_SECONDS: 25,
      TRUSTED_PROXIES: ['10.0.0.0/8', '::1', '192.168.0.1', '2001:db8::/32'],
    });
  });

  it('is read only where a variable is declared', () => {
    const instance = load({ PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'x', constructor: 'y', _: 'z' });
    expect(Object.keys(instance)).not.toEqual(
      expect.arrayContaining(['PATH', 'AWS_SECRET_ACCESS_KEY', 'constructor', '_']),
    );
    expect(instance).toBeInstanceOf(BaseEnvironment);
  });

  it.each(LOG_LEVELS)('knows the log level %s', (level) => {
    expect(load({ LOG_LEVEL: level }).LOG_LEVEL).toBe(level);
  });

  it.each([
    ['NODE_ENV', ['produktion', 'Production', 'staging']],
    ['MONGODB_URI', ['localhost:27017', 'http://localhost', 'mongo://a.test/b']],
    ['LOG_LEVEL', ['verbose', 'INFO']],
    [
      'TRUSTED_PROXIES',
      [
        'localhost',
        '10.0.0.0/33',
        '::1/129',
        '10.0.0.0/',
        '10.0.0.0/8/8',
        // Everybody, whose word for any address would then be taken.
        '0.0.0.0/0',
        '::/00',
        '10.0.0.1,',
        '999.1.1.1',
      ],
    ],
    ['DRAIN_SECONDS', ['000', '121', '1.5', 'soon']],
  ])('is refused when %s does not fit, by its name and never its value', (variable, values) => {
    for (const value of values) {
      const found = problems({ MONGODB_URI, [variable]: value });
      expect(found).toEqual([expect.stringMatching(new RegExp(`^${variable} must be `))]);
      expect(found.join('\n')).not.toContain(value);
    }
  });

  it('names every variable that does not fit, one a line', () => {
    const error = new ConfigError(problems({ NODE_ENV: 'x', DRAIN_SECONDS: 'y' }));
    expect(error.message.split('\n')).toEqual([
      'The configuration does not fit:',
      expect.stringMatching(/^ {2}NODE_ENV /),
      expect.stringMatching(/^ {2}MONGODB_URI /),
      expect.stringMatching(/^ {2}DRAIN_SECONDS /),
    ]);
  });

  it('never shows a value, whatever was set', () => {
    const names = ['NODE_ENV', 'MONGODB_URI', 'LOG_LEVEL', 'TRUSTED_PROXIES', 'DRAIN_SECONDS'];
    const secret = fc.string({ minLength: 8, maxLength: 30 }).map((text) => `S3CR3T${text}`);
    fc.assert(
      fc.property(fc.constantFrom(...names), secret, (name, value) => {
        const message = new ConfigError(problems({ MONGODB_URI, [name]: value })).message;
        expect(message).toContain(name);
        expect(message).not.toContain('S3CR3T');
      }),
    );
  });
});

describe('a secret copied from an example', () => {
  it.each([
    'example-service-token',
    'local-only-pepper',
    'please-change-me',
    'CHANGEME-now',
    'replace-with-32-bytes-of-hex',
    'demo-key-0000',
    'Password1',
    'test-secret',
  ])('is known: %s', (value) => {
    expect(isExampleSecret(value)).toBe(true);
  });

  it.each(['b1946ac92492d2347c6235b4d2611184', 'sk_V2_hgu_kQ9', 'greatest-latest'])(
    'is not %s',
    (value) => {
      expect(isExampleSecret(value)).toBe(false);
    },
  );
});
