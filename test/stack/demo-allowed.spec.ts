import { describe, expect, it } from '@jest/globals';
import { isDemoAllowed } from './demo-allowed.js';

describe('the demo account', () => {
  it.each([
    [{ NODE_ENV: 'development' }, true],
    [{ NODE_ENV: 'development', LIVEAVATAR_API_KEY: 'local-only-vendor-key' }, true],
    [{ NODE_ENV: 'development', LIVEAVATAR_API_KEY: 'sk_V2_hgu_kQ9x7' }, false],
    [{ NODE_ENV: 'development', HEYGEN_API_KEY: 'a-real-key' }, false],
    [{ NODE_ENV: 'production' }, false],
    [{}, false],
  ])('is made by %j: %s', (kind, isMade) => {
    expect(isDemoAllowed(kind)).toBe(isMade);
  });
});
