export function leftOpen(
  file: string,
  handles: readonly object[],
  before: WeakSet<object>,
  timers?: number,
): string | null;
