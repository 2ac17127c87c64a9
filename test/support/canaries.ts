import { formsOf } from '#platform';

/** Secrets that are looked for wherever something is written, and what signs one of them. */
export type CanaryKind =
  | 'LiveAvatar key'
  | 'HeyGen key'
  | 'customer key'
  | 'service token'
  | 'admin token'
  | 'metrics token'
  | 'session token'
  | 'visitor token'
  | 'pepper'
  | 'transcript text'
  | 'signing secret';

/** Secrets of the servers themselves: no caller has them, so no answer holds them for any reason. */
export const SERVER_SECRETS: readonly CanaryKind[] = [
  'LiveAvatar key',
  'HeyGen key',
  'service token',
  'admin token',
  'metrics token',
  'pepper',
  'signing secret',
];

export const ALL_CANARIES: readonly CanaryKind[] = [
  ...SERVER_SECRETS,
  'customer key',
  'session token',
  'visitor token',
  'transcript text',
];

/** Each form is looked for in everything, so a run with thousands of turns remembers some. */
const MAX_OF_A_KIND = 40;

const planted = new Map<CanaryKind, Map<string, readonly string[]>>();

/** Remembers a secret of this run; values of fewer than eight characters are words and are not. */
export function plant(kind: CanaryKind, value: string | undefined): void {
  const known = planted.get(kind) ?? new Map<string, readonly string[]>();
  planted.set(kind, known);
  if (value === undefined || known.has(value) || known.size >= MAX_OF_A_KIND) return;
  const forms = formsOf(value);
  if (forms.length > 0) known.set(value, forms);
}

/** Kinds of which nothing was planted. */
export function unplanted(): CanaryKind[] {
  return ALL_CANARIES.filter((kind) => (planted.get(kind)?.size ?? 0) === 0);
}

/** Kinds of secrets that a text holds: as they are, in base64, hex or percent-encoded. */
export function findCanaries(
  text: string,
  among: readonly CanaryKind[] = ALL_CANARIES,
): CanaryKind[] {
  return among.filter((kind) =>
    [...(planted.get(kind)?.values() ?? [])].some((forms) =>
      forms.some((form) => text.includes(form)),
    ),
  );
}
