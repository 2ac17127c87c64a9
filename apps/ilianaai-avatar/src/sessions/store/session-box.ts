import { SecretBox } from '#platform';

/**
 * The box for a vendor's credentials in a session's record.
 * @param secrets the first seals, all open
 */
export function sessionBox(secrets: readonly string[]): SecretBox {
  const purpose = { app: 'ilianaai-avatar', use: 'session credentials', unmarkedPlace: () => '' };
  return new SecretBox(purpose, secrets);
}
