interface Processor {
  readonly times: Readonly<Record<'user' | 'nice' | 'sys' | 'idle' | 'irq', number>>;
}

export function othersShare(): Promise<number>;
export function shareBetween(before: readonly Processor[], after: readonly Processor[]): number;
export function workersFor(most: number, share: number): number;
export function isBusy(share: number): boolean;
