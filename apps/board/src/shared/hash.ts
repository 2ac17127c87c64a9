/** Where one is on the board: a view's path, and what it is about. */
export interface Place {
  readonly path: string;
  readonly about: readonly string[];
}

/**
 * Reads the part of an address behind its `#`, which a browser sends nowhere: `#/live/acc_1`. An escape
 * that is none is taken as it stands.
 */
export function readHash(hash: string): Place {
  const [path = '', ...about] = hash.replace(/^#?\/?/, '').split('/');
  return { path, about: about.filter((part) => part !== '').map(decode) };
}

/** The other way round. */
export function writeHash(path: string, ...about: readonly string[]): string {
  return ['#', path, ...about.map(encode)].join('/');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Halves of characters, which no address can have, become U+FFFD. */
export function encode(part: string): string {
  return encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(part)));
}
