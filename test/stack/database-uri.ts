/** Puts a database name into a connection string, keeping its options. */
export function databaseUri(uri: string, name: string): string {
  const [address = '', query] = uri.split('?', 2);
  const hosts = /^(mongodb(?:\+srv)?:\/\/[^/]+)/.exec(address)?.[1] ?? address;
  return `${hosts}/${name}${query === undefined ? '' : `?${query}`}`;
}
