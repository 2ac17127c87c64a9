import { describe, expect, it } from '@jest/globals';
import { requireServerVersion } from './server-version.js';

describe('the version of the server', () => {
  it.each(['5.2.0', '5.3.1-rc0', '6.0.19', '8.2.11', '10.0.0'])('may be %s', (version) => {
    expect(() => requireServerVersion(version)).not.toThrow();
  });

  it.each(['5.1.9', '5.0.31', '4.4.0', '', undefined, 8])('may not be %p', (version) => {
    expect(() => requireServerVersion(version)).toThrow('5.2 or newer');
  });
});
