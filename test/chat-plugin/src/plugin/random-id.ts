/**
 * A random id of 128 bits. `crypto.randomUUID` is there only on pages by https, and not in browsers
 * from before 2022; random numbers are there on every page.
 */
export function randomId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
