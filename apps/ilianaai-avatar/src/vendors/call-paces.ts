import { CallPace } from './call-pace.js';

/** What costs money while it waits is never slowed below this, in calls a second. */
const LEAST_URGENT = 5;
const URGENT: readonly string[] = ['stop'];

/** The pace of each endpoint at one vendor, which counts them apart. */
export class CallPaces {
  private readonly paces = new Map<string, CallPace>();

  /** @param perSecond calls to one endpoint a second; 0 is no limit but the vendor's own */
  constructor(private readonly perSecond: number) {}

  of(endpoint: string): CallPace {
    let pace = this.paces.get(endpoint);
    const least = URGENT.includes(endpoint) ? LEAST_URGENT : 1;
    if (!pace) this.paces.set(endpoint, (pace = new CallPace(this.perSecond, least)));
    return pace;
  }
}
