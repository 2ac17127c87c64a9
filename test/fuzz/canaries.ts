import { formsOf } from '#platform';

/** Secrets of this run by what they are; no answer, log line or foreign record may hold one. */
const planted = new Map<string, readonly string[]>();

export function plant(name: string, value: string): void {
  planted.set(name, formsOf(value));
}

/** Names of the planted secrets that a text holds: as they are, in base64, hex or percent-encoded. */
export function findCanaries(
  text: string,
  among: readonly string[] = [...planted.keys()],
): string[] {
  return among.filter((name) => planted.get(name)?.some((form) => text.includes(form)));
}

/** Secrets of the servers themselves: no caller has them, so no answer holds them for any reason. */
export const SERVER_SECRETS = [
  'vendor key',
  'service token',
  'admin token',
  'pepper',
  'token secret',
];
