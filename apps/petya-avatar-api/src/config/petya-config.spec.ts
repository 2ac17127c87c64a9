import { describe, expect, it } from '@jest/globals';
import { loadPetyaConfig } from './petya-config.js';

const needed = {
  NODE_ENV: 'test',
  MONGODB_URI: 'mongodb://127.0.0.1/petya',
  SERVICE_TOKENS: 'a-token-of-the-service',
};
const production = {
  ...needed,
  NODE_ENV: 'production',
  ADMIN_TOKEN: 'a-token-of-the-operator',
  API_KEY_PEPPER: 'a-pepper-of-its-own',
};

describe('the configuration', () => {
  it('needs a database and a service token, and has defaults for the rest', () => {
    expect(loadPetyaConfig(needed)).toMatchObject({
      port: 5000,
      host: '0.0.0.0',
      isProduction: false,
      serviceTokens: ['a-token-of-the-service'],
      operators: { isEmpty: true },
      metricsTokens: [],
      defaultAvatarId: 'Katya_Chair_Sitting_public',
      defaultIntro: 'Hello and welcome. How can I help you today?',
      avatarServiceUrl: null,
    });
  });

  it('takes several service tokens', () => {
    const SERVICE_TOKENS = 'token-number-one-x, token-number-two-x';
    expect(loadPetyaConfig({ ...needed, SERVICE_TOKENS }).serviceTokens).toEqual([
      'token-number-one-x',
      'token-number-two-x',
    ]);
  });

  it('takes several peppers, and none of them may be logged', () => {
    const API_KEY_PEPPER = 'pepper-number-one-of-two, pepper-number-two-of-two';
    const { apiKeyPeppers, secrets } = loadPetyaConfig({ ...needed, API_KEY_PEPPER });
    expect(apiKeyPeppers).toEqual(['pepper-number-one-of-two', 'pepper-number-two-of-two']);
    expect(secrets).toEqual(expect.arrayContaining([...apiKeyPeppers]));
  });

  it('takes several tokens of the operator, so that one can be replaced', () => {
    const ADMIN_TOKEN = 'token-number-one-x, token-number-two-x';
    expect(loadPetyaConfig({ ...needed, ADMIN_TOKEN })).toMatchObject({
      operators: { tokens: ['token-number-one-x', 'token-number-two-x'] },
      secrets: expect.arrayContaining(['token-number-one-x', 'token-number-two-x']),
    });
  });

  it('tells operators by the names beside their tokens, which are no secrets', () => {
    const ADMIN_TOKEN = 'anna:token-number-one-x, token-number-two-x';
    const { operators, secrets } = loadPetyaConfig({ ...needed, ADMIN_TOKEN });
    expect(operators.find('token-number-one-x')).toMatchObject({ name: 'anna' });
    expect(operators.find('token-number-two-x')).toMatchObject({ name: null });
    expect(secrets).toEqual(expect.arrayContaining(['token-number-one-x', 'token-number-two-x']));
  });
  it.each(['SERVICE_TOKENS', 'ADMIN_TOKEN', 'API_KEY_PEPPER'])(
    'takes no token of the metrics that is also in %s',
    (name) => {
      const METRICS_TOKEN = 'a-token-of-metrics,the-one-before-it';
      const tokens = METRICS_TOKEN.split(',');
      expect(loadPetyaConfig({ ...needed, METRICS_TOKEN })).toMatchObject({
        metricsTokens: tokens,
        secrets: expect.arrayContaining(tokens),
      });
      expect(() => loadPetyaConfig({ ...needed, METRICS_TOKEN, [name]: tokens[1] })).toThrow(
        'METRICS_TOKEN must be no token or secret of anything else',
      );
    },
  );

  it('has no rates outside production but those that are set', () => {
    expect(loadPetyaConfig(needed).rates).toEqual({
      perAddress: 0,
      perKey: 0,
      failedPerAddress: 60,
      named: { visitors: 0, messages: 0 },
    });
    const set = { VISITORS_PER_ADDRESS_PER_MINUTE: '7', MESSAGES_PER_ADDRESS_PER_MINUTE: '8' };
    expect(loadPetyaConfig({ ...needed, ...set }).rates.named).toEqual({
      visitors: 7,
      messages: 8,
    });
  });

  it.each([
    ['MONGODB_URI', undefined],
    ['MONGODB_URI', 'http://db'],
    ['SERVICE_TOKENS', undefined],
    ['SERVICE_TOKENS', 'short'],
    ['SERVICE_TOKENS', 'a-token-of-the-service,'],
    ['METRICS_TOKEN', 'short'],
    ['ADMIN_TOKEN', 'short'],
    ['ADMIN_TOKEN', 'a-token-of-the-operator,short'],
    ['ADMIN_TOKEN', 'anna:a-token-of-the-operator,anna:another-of-the-operator'],
    ['ADMIN_TOKEN', 'a-token-of-the-operator,a-token-of-the-operator'],
    ['API_KEY_PEPPER', 'short'],
    ['API_KEY_PEPPER', 'a-pepper-of-its-own,short'],
    ['VISITOR_TOKEN_DAYS', '98765'],
    ['VISITOR_TOKEN_DAYS', '0.5'],
    ['PORT', '70000'],
    ['PORT', 'eighty'],
    ['AVATAR_SERVICE_URL', 'avatar.example.com'],
    ['PETYA_PUBLIC_URL', 'petya.example.com'],
    ['DEFAULT_AVATAR_ID', 'with a space'],
    ['RETENTION_SWEEP_SECONDS', '86401'],
    ['TRUSTED_PROXIES', 'everybody'],
    ['NODE_ENV', 'staging'],
    ['LOG_LEVEL', 'loud'],
  ])('is refused for %s=%s, by the name and without the value', (name, value) => {
    const load = () => loadPetyaConfig({ ...needed, [name]: value });
    expect(load).toThrow(name);
    if (value !== undefined) expect(load).not.toThrow(value);
  });
});

describe.each([['production'], [undefined]])('with NODE_ENV %s, as in production, it', (mode) => {
  const variables = { ...production, NODE_ENV: mode };

  it('stands with secrets of its own, and has the rates', () => {
    expect(loadPetyaConfig(variables)).toMatchObject({
      isProduction: true,
      rates: { perAddress: 6_000, perKey: 3_000, named: { visitors: 60, messages: 240 } },
    });
  });

  it('needs a pepper', () => {
    const load = () => loadPetyaConfig({ ...variables, API_KEY_PEPPER: undefined });
    expect(load).toThrow('API_KEY_PEPPER must be set in production');
  });

  it.each(['SERVICE_TOKENS', 'ADMIN_TOKEN', 'METRICS_TOKEN', 'API_KEY_PEPPER'])(
    'takes no secret from an example as %s',
    (name) => {
      const load = () => loadPetyaConfig({ ...variables, [name]: 'change-me-change-me' });
      expect(load).toThrow(name);
      expect(load).not.toThrow('change-me');
    },
  );
});
