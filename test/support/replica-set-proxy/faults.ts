import { Random } from '../../chaos/random.js';

/** What can befall one command. */
export const FAULTS = [
  'dropped before',
  'dropped after',
  'not primary',
  'stepped down',
  'write concern timed out',
  'write concern shut down',
] as const;

export type Fault = (typeof FAULTS)[number];

interface Planned {
  readonly fault: Fault;
  readonly names: readonly string[];
  /** The client is told that it may repeat the write. */
  readonly isLabelled: boolean;
  times: number;
}

/** What befalls a command, and whether its answer says that it may be repeated. */
export interface Stroke {
  readonly fault: Fault;
  readonly isLabelled: boolean;
}

/** Which commands meet which faults: those that are named, and any with a probability. */
export class FaultPlan {
  private planned: Planned[] = [];
  private share = 0;
  private labelled = 1;
  private random = new Random(0);
  private readonly counts = new Map<Fault, number>();

  /** The next commands of these names meet this fault. */
  plan(fault: Fault, names: readonly string[], { times = 1, isLabelled = true } = {}): void {
    this.planned.push({ fault, names, isLabelled, times });
  }

  /**
   * From now on each command meets each fault with this probability.
   * @param labelled the share of refusals and uncertain writes that say that they may be repeated
   */
  strike(share: number, seed: number, labelled = 1): void {
    this.share = share;
    this.labelled = labelled;
    this.random = new Random(seed);
  }

  clear(): void {
    this.planned = [];
    this.share = 0;
  }

  /** How often each fault befell a command. */
  struck(): Readonly<Partial<Record<Fault, number>>> {
    return Object.fromEntries(this.counts);
  }

  /** @param isRetryable whether it is a write that may be repeated; others have no write concern */
  next(name: string, isRetryable: boolean): Stroke | null {
    const stroke = this.nextPlanned(name) ?? this.nextRandom();
    if (stroke === null) return null;
    if (stroke.fault.startsWith('write concern') && !isRetryable) return null;
    this.counts.set(stroke.fault, (this.counts.get(stroke.fault) ?? 0) + 1);
    return stroke;
  }

  private nextPlanned(name: string): Stroke | null {
    const found = this.planned.find(({ names, times }) => times > 0 && names.includes(name));
    if (found === undefined) return null;
    found.times -= 1;
    return found;
  }

  private nextRandom(): Stroke | null {
    if (this.share === 0) return null;
    const fault = FAULTS[Math.floor(this.random.next() / this.share)];
    return fault === undefined ? null : { fault, isLabelled: this.random.chance(this.labelled) };
  }
}
