import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '#platform';
import { readAvatarConfig } from './avatar-config.js';

const SECRET = 'b1946ac92492d2347c6235b4d2611184';

const environment = {
  NODE_ENV: 'test',
  MONGODB_URI: 'mongodb://127.0.0.1:27017/avatar',
  LIVEAVATAR_API_KEY: 'local-only-key',
  PETYA_BASE_URL: 'http://127.0.0.1:5000',
  PETYA_AUTH_TOKEN: 'local-only-token',
};

const production = {
  ...environment,
  NODE_ENV: 'production',
  LIVEAVATAR_API_KEY: 'sk_V2_hgu_kQ9x7',
  PETYA_AUTH_TOKEN: 'c4ca4238a0b923820dcc509a6f75849b',
  SESSION_TOKEN_SECRET: SECRET,
};

function problems(variables: Record<string, string>): readonly string[] {
  try {
    readAvatarConfig(variables);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

describe('the configuration of the avatar app', () => {
  it('has the defaults of the contract', () => {
    const { tokenSecrets, ...config } = readAvatarConfig(environment);
    expect(tokenSecrets).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect({ ...config }).toMatchObject({
      isProduction: false,
      port: 3000,
      host: '0.0.0.0',
      mongodbUri: environment.MONGODB_URI,
      logLevel: 'info',
      trustedProxies: undefined,
      drainSeconds: 20,
      liveAvatar: {
        apiKey: 'local-only-key',
        baseUrl: 'https://api.liveavatar.com',
        defaultAvatarId: null,
      },
      petya: { baseUrl: 'http://127.0.0.1:5000', token: 'local-only-token' },
      operators: { isEmpty: true, tokens: [] },
      metricsTokens: [],
      circuit: { failures: 5, openSeconds: 5 },
      reconcileSeconds: 3600,
      reconcileUnknownSessions: false,
      unstartedPerAddress: 0,
      budgets: {
        leaveGraceSeconds: 20,
        noShowSeconds: 120,
        leaseSeconds: 15,
        maxSessionSeconds: 1200,
        upkeepPollSeconds: 1,
        vendorPollSeconds: 30,
        sweepPatienceSeconds: 30,
        finalWaitSeconds: 60,
        finalReadGapSeconds: 2,
        vendorDownWaitSeconds: 600,
        retryStepsSeconds: [0, 1, 5, 15, 60, 300, 600],
      },
    });
  });

  it.each(['MONGODB_URI', 'LIVEAVATAR_API_KEY', 'PETYA_BASE_URL', 'PETYA_AUTH_TOKEN'])(
    'does not stand without %s',
    (variable) => {
      expect(problems({ ...environment, [variable]: '' })).toEqual([
        expect.stringMatching(new RegExp(`^${variable} must be `)),
      ]);
    },
  );

  it.each([
    ['LEAVE_GRACE_SECONDS', 'leaveGraceSeconds', '0.5', 0.5],
    ['NO_SHOW_SECONDS', 'noShowSeconds', '3', 3],
    ['LEASE_SECONDS', 'leaseSeconds', '0.75', 0.75],
    ['MAX_SESSION_SECONDS', 'maxSessionSeconds', '60', 60],
    ['UPKEEP_POLL_SECONDS', 'upkeepPollSeconds', '0.1', 0.1],
    ['VENDOR_POLL_SECONDS', 'vendorPollSeconds', '0.2', 0.2],
    ['SWEEP_PATIENCE_SECONDS', 'sweepPatienceSeconds', '0.3', 0.3],
    ['FINAL_WAIT_SECONDS', 'finalWaitSeconds', '1.5', 1.5],
    ['FINAL_READ_GAP_SECONDS', 'finalReadGapSeconds', '0.05', 0.05],
    ['VENDOR_DOWN_WAIT_SECONDS', 'vendorDownWaitSeconds', '2', 2],
    ['RETRY_STEPS_SECONDS', 'retryStepsSeconds', '0, 0.5,2', [0, 0.5, 2]],
  ] as const)('takes %s so that tests can shorten it', (variable, budget, value, expected) => {
    const { budgets } = readAvatarConfig({ ...environment, [variable]: value });
    expect(budgets[budget]).toEqual(expected);
  });

  it('takes what else may be set', () => {
    const avatarId = '9c9b9a1e-7d6c-4b5a-8f4e-3d2c1b0a9f8e';
    const config = readAvatarConfig({
      ...environment,
      PORT: '0',
      LIVEAVATAR_BASE_URL: 'http://127.0.0.1:4000',
      LIVEAVATAR_DEFAULT_AVATAR_ID: avatarId,
      SESSION_TOKEN_SECRET: `${SECRET}, ${SECRET}2`,
      ADMIN_TOKEN: 'local-only-admin-token',
      CIRCUIT_FAILURES: '3',
      CIRCUIT_OPEN_SECONDS: '0.2',
      RECONCILE_SECONDS: '0',
      RECONCILE_UNKNOWN_SESSIONS: 'true',
    });
    expect(config).toMatchObject({
      port: 0,
      liveAvatar: { baseUrl: 'http://127.0.0.1:4000', defaultAvatarId: avatarId },
      tokenSecrets: [SECRET, `${SECRET}2`],
      operators: { isEmpty: false, tokens: ['local-only-admin-token'] },
      circuit: { failures: 3, openSeconds: 0.2 },
      reconcileSeconds: 0,
      reconcileUnknownSessions: true,
    });
  });

  it.each([
    ['PORT', ['65536', '-1', 'http']],
    [
      'LIVEAVATAR_API_KEY',
      ['short', 'with space', 'line\nbreak', 'x'.repeat(513), '${LIVEAVATAR_KEY}'],
    ],
    ['LIVEAVATAR_BASE_URL', ['api.liveavatar.com', 'https://a.test/v1', 'https://u:p@a.test']],
    ['LIVEAVATAR_DEFAULT_AVATAR_ID', ['Katya_Chair_Sitting_public', '9c9b9a1e']],
    ['PETYA_BASE_URL', ['http://petya/api/v2', 'petya:5000']],
    ['PETYA_AUTH_TOKEN', ['short', 'with some space']],
    ['SESSION_TOKEN_SECRET', ['too-short-to-sign', `${SECRET},short-one`, `${SECRET},`]],
    ['ADMIN_TOKEN', ['too-short-admin']],
    ['METRICS_TOKEN', ['too-short-token']],
    ['MAX_SESSION_SECONDS', ['000', '86401', '1.25']],
    ['RETRY_STEPS_SECONDS', ['1,,2', '1,soon', '-1,5']],
    ['RECONCILE_SECONDS', ['86401', '0.5', 'hourly']],
    ['RECONCILE_UNKNOWN_SESSIONS', ['yes please']],
  ])('is refused when %s does not fit, never showing the value', (variable, values) => {
    for (const value of values) {
      const found = problems({ ...environment, [variable]: value });
      expect(found).toEqual([expect.stringMatching(new RegExp(`^${variable} must be `))]);
      expect(found.join('\n')).not.toContain(value);
    }
  });
});

describe('the operator’s tokens', () => {
  it('may be several, so that one can be replaced', () => {
    const ADMIN_TOKEN = 'token-number-one-x,token-number-two-x';
    expect(readAvatarConfig({ ...environment, ADMIN_TOKEN })).toMatchObject({
      operators: { tokens: ['token-number-one-x', 'token-number-two-x'] },
      secrets: expect.arrayContaining(['token-number-one-x', 'token-number-two-x']),
    });
  });

  it('may have names, which are no secrets', () => {
    const ADMIN_TOKEN = 'anna:token-number-one-x,ben:token-number-two-x';
    const { operators, secrets } = readAvatarConfig({ ...environment, ADMIN_TOKEN });
    expect(operators.find('token-number-two-x')).toMatchObject({ name: 'ben' });
    expect(secrets).toEqual(expect.arrayContaining(['token-number-one-x', 'token-number-two-x']));
    for (const secret of secrets) expect(secret).not.toMatch(/^(anna|ben)/);
  });

  it.each([
    ['token-number-one-x,short', /^ADMIN_TOKEN must be tokens of 16 or more printable characters/],
    ['anna:token-number-one-x,anna:token-number-two-x', /^ADMIN_TOKEN must not give a name to two/],
    ['token-number-one-x,anna:token-number-one-x', /^ADMIN_TOKEN must not hold a token twice$/],
  ])('are told from each other: not %s', (ADMIN_TOKEN, problem) => {
    const found = problems({ ...environment, ADMIN_TOKEN });
    expect(found).toEqual([expect.stringMatching(problem)]);
    expect(found.join()).not.toMatch(/number|anna/);
  });

  it('are no examples in production, whatever their names are', () => {
    const own = 'c4ca4238a0b923820dcc509a6f75849b';
    const named = (token: string) => problems({ ...production, ADMIN_TOKEN: `demo:${token}` });
    expect(named(own)).toEqual([]);
    expect(named('change-me-admin-token')).toEqual([
      'ADMIN_TOKEN is an example and must be replaced',
    ]);
  });
});

describe('the tokens that read the metrics', () => {
  const METRICS_TOKEN = 'a-token-of-metrics,the-one-before-it';

  it('may be several, and are secrets', () => {
    const tokens = ['a-token-of-metrics', 'the-one-before-it'];
    expect(readAvatarConfig({ ...environment, METRICS_TOKEN })).toMatchObject({
      metricsTokens: tokens,
      secrets: expect.arrayContaining(tokens),
    });
  });

  it.each(['ADMIN_TOKEN', 'PETYA_AUTH_TOKEN', 'LIVEAVATAR_API_KEY'])(
    'are nothing that is also in %s',
    (name) => {
      expect(problems({ ...environment, METRICS_TOKEN, [name]: 'the-one-before-it' })).toEqual([
        'METRICS_TOKEN must be no token or secret of anything else',
      ]);
    },
  );
});

describe('the legacy vendor', () => {
  const enabled = { ...environment, HEYGEN_ENABLED: 'true', HEYGEN_API_KEY: 'heygen-key-1' };

  it('is on where its key is set, unless it is switched off', () => {
    expect(readAvatarConfig(environment).heygen).toBeNull();
    expect(readAvatarConfig({ ...enabled, HEYGEN_ENABLED: 'false' }).heygen).toBeNull();
    const { HEYGEN_ENABLED: _switch, ...withKey } = enabled;
    expect(readAvatarConfig(withKey).heygen).toMatchObject({ apiKey: 'heygen-key-1' });
  });

  it('does without LiveAvatar, and one of them has to be on', () => {
    const { LIVEAVATAR_API_KEY: _key, ...alone } = enabled;
    expect(readAvatarConfig(alone)).toMatchObject({ liveAvatar: { apiKey: null } });
    const none = ['LIVEAVATAR_API_KEY must be set, or HEYGEN_API_KEY'];
    expect(problems({ ...alone, HEYGEN_ENABLED: 'false' })).toEqual(none);
    expect(problems({ ...environment, LIVEAVATAR_API_KEY: '' })).toEqual(none);
  });

  it('has its own key and address', () => {
    expect(readAvatarConfig(enabled).heygen).toEqual({
      apiKey: 'heygen-key-1',
      baseUrl: 'https://api.heygen.com',
    });
  });

  it('needs its key when it is switched on', () => {
    expect(problems({ ...enabled, HEYGEN_API_KEY: '' })).toEqual([
      'HEYGEN_API_KEY must be set when HEYGEN_ENABLED is true',
    ]);
  });

  it('is held to the same rules in production', () => {
    const unsafe = { HEYGEN_BASE_URL: 'http://api.heygen.com', HEYGEN_API_KEY: 'example-key' };
    expect(problems({ ...production, HEYGEN_ENABLED: 'true', ...unsafe })).toEqual([
      'HEYGEN_BASE_URL must be https in production',
      'HEYGEN_API_KEY is an example and must be replaced',
    ]);
    // As docker compose has it for the simulator.
    expect(problems({ ...production, HEYGEN_ENABLED: 'false', ...unsafe })).toEqual([]);
  });
});

describe('what signs session tokens', () => {
  const secretOf = (variables: Readonly<Record<string, string>>) => {
    const { SESSION_TOKEN_SECRET: _own, ...others } = production;
    return readAvatarConfig({ ...others, ...variables });
  };

  it('is made of the keys where it is not set, the same one for every replica', () => {
    const { tokenSecrets, secrets } = secretOf({});
    expect(tokenSecrets).toEqual(secretOf({}).tokenSecrets);
    expect(tokenSecrets).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(secrets).toEqual(expect.arrayContaining([...tokenSecrets]));
  });

  it.each([
    ['LIVEAVATAR_API_KEY', 'another-key-1'],
    ['HEYGEN_API_KEY', 'another-key-1'],
    ['PETYA_AUTH_TOKEN', 'another-key-1'],
  ])('is another one with another %s', (name, value) => {
    expect(secretOf({ [name]: value }).tokenSecrets).not.toEqual(secretOf({}).tokenSecrets);
  });

  it('is not that of other keys that are written alike one after the other', () => {
    const one = secretOf({ LIVEAVATAR_API_KEY: 'key-one-', HEYGEN_API_KEY: 'two-key-two' });
    const other = secretOf({ LIVEAVATAR_API_KEY: 'key-one-two-', HEYGEN_API_KEY: 'key-two-' });
    expect(one.tokenSecrets).not.toEqual(other.tokenSecrets);
  });
});

describe.each(['production', ''])('the configuration with NODE_ENV "%s"', (mode) => {
  const variables = { ...production, NODE_ENV: mode };

  it('stands with secrets of its own, and has the rules and rates of production', () => {
    expect(problems(variables)).toEqual([]);
    expect(readAvatarConfig(variables)).toMatchObject({
      isProduction: true,
      media: { isLoopbackAllowed: false },
      rates: { perAddress: 6_000, perKey: 3_000, named: { tokens: 60, tokensOfVisitor: 20 } },
      unstartedPerAddress: 3,
    });
  });

  it.each([
    [
      'LIVEAVATAR_BASE_URL',
      'http://api.liveavatar.com',
      'LIVEAVATAR_BASE_URL must be https in production',
    ],
    [
      'SESSION_TOKEN_SECRET',
      `${SECRET},example-secret-of-at-least-32-bytes`,
      'SESSION_TOKEN_SECRET is an example and must be replaced',
    ],
    [
      'LIVEAVATAR_API_KEY',
      'replace-with-your-key',
      'LIVEAVATAR_API_KEY is an example and must be replaced',
    ],
    ['PETYA_AUTH_TOKEN', 'local-only-token', 'PETYA_AUTH_TOKEN is an example and must be replaced'],
    ['ADMIN_TOKEN', 'change-me-admin-token', 'ADMIN_TOKEN is an example and must be replaced'],
    [
      'METRICS_TOKEN',
      'change-me-metrics-token',
      'METRICS_TOKEN is an example and must be replaced',
    ],
  ])('does not start with %s set to %j', (variable, value, problem) => {
    expect(problems({ ...variables, [variable]: value })).toEqual([problem]);
  });

  it('names everything that is unsafe at once, and no secret', () => {
    const unsafe = { ...environment, NODE_ENV: mode, LIVEAVATAR_BASE_URL: 'http://a.test' };
    const found = problems(unsafe);
    expect(found).toHaveLength(3);
    expect(found.join('\n')).not.toMatch(/local-only|a\.test/);
  });
});
