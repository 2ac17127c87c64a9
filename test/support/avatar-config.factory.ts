import {
  type AvatarConfig,
  readAvatarConfig,
} from '../../apps/ilianaai-avatar/src/config/avatar-config.js';

/** A configuration as the environment gives it, with the variables a test sets. */
export function anAvatarConfig(variables: Readonly<Record<string, string>> = {}): AvatarConfig {
  return readAvatarConfig({
    NODE_ENV: 'test',
    MONGODB_URI: 'mongodb://127.0.0.1:27017/avatar',
    LIVEAVATAR_API_KEY: 'vendor-key-1',
    PETYA_BASE_URL: 'http://127.0.0.1:5000',
    PETYA_AUTH_TOKEN: 'service-token-1',
    SESSION_TOKEN_SECRET: 'b1946ac92492d2347c6235b4d2611184',
    ...variables,
  });
}
