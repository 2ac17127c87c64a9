export function leftOpen(
  file: string,
  handles: readonly object[],
  before: WeakSet<object>,
): string | null;
