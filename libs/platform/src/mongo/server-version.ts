/** The first version that has every operator the apps use: `$sortArray` came last. */
const NEEDED = [5, 2] as const;

/** The server cannot serve the app as it is; the message says why and names nothing that is stored. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
}

/** @param version as `buildInfo` says it: `8.0.4` @throws DatabaseUnfit where it is too old */
export function requireServerVersion(version: unknown): void {
  const [major = 0, minor = 0] = typeof version === 'string' ? version.split('.').map(Number) : [];
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  throw new DatabaseUnfit(`MongoDB ${NEEDED.join('.')} or newer is needed, the server is older`);
}
