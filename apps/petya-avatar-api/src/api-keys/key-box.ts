import { SecretBox, type SealedPlace } from '#platform';

/**
 * The box for secret keys in their records: without the pepper a stolen database tells no key, and
 * what is copied into another record opens nowhere.
 * @param peppers the first seals, all open
 */
export function keyBox(peppers: readonly string[]): SecretBox {
  return new SecretBox(
    {
      app: 'petya-avatar-api',
      use: 'secret keys',
      unmarkedPlace: ({ recordId }: SealedPlace) => recordId,
    },
    peppers,
  );
}

/** Where the key itself lies in the record of a secret key. */
export function sealedKeyPlace(recordId: string): SealedPlace {
  return { recordId, member: 'sealed' };
}
