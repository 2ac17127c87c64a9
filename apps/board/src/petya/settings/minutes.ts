/**
 * Seconds as minutes are typed: `90`, or `1:40` where they are no whole minutes.
 * @param seconds not negative
 */
export function writeMinutes(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return rest === 0 ? String(minutes) : `${minutes}:${String(rest).padStart(2, '0')}`;
}

/**
 * Reads `90`, `1.5`, `1,5` or `1:30` as whole seconds. Three digits behind a point or a comma may be meant as
 * thousands.
 * @returns null for any other text
 */
export function readMinutes(text: string): number | null {
  const [, whole, rest] = /^(\d{1,9}):([0-5]\d)$/.exec(text) ?? [];
  if (whole !== undefined) return Number(whole) * 60 + Number(rest);
  if (!/^\d{1,9}([.,]\d{1,2})?$/.test(text)) return null;
  return Math.round(Number(text.replace(',', '.')) * 60);
}
