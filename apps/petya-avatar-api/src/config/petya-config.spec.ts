import { describe, expect, it } from '@jest/globals';
import { loadPetyaConfig } from './petya-config.js';

const needed = {
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
      adminToken: null,
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

  it.each([
    ['MONGODB_URI', undefined],
    ['MONGODB_URI', 'http://db'],
    ['SERVICE_TOKENS', undefined],
    ['SERVICE_TOKENS', 'short'],
    ['SERVICE_TOKENS', 'a-token-of-the-service,'],
    ['ADMIN_TOKEN', 'short'],
    ['API_KEY_PEPPER', 'short'],
    ['API_KEY_PEPPER', 'a-pepper-of-its-own,short'],
    ['VISITOR_TOKEN_DAYS', '98765'],
    ['VISITOR_TOKEN_DAYS', '0.5'],
    ['PORT', '70000'],
    ['PORT', 'eighty'],
    ['AVATAR_SERVICE_URL', 'avatar.example.com'],
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

  it('in production needs a pepper', () => {
    expect(loadPetyaConfig(production).isProduction).toBe(true);
    expect(() => loadPetyaConfig({ ...production, API_KEY_PEPPER: undefined })).toThrow(
      'API_KEY_PEPPER',
    );
  });

  it.each(['SERVICE_TOKENS', 'ADMIN_TOKEN', 'API_KEY_PEPPER'])(
    'in production takes no secret from an example as %s',
    (name) => {
      const load = () => loadPetyaConfig({ ...production, [name]: 'change-me-change-me' });
      expect(load).toThrow(name);
      expect(load).not.toThrow('change-me');
    },
  );
});
