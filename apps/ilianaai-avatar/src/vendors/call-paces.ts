import { CallPace } from './call-pace.js';

/** What costs money while it waits is never slowed below this, in calls a second. */
const LEAST_URGENT = 5;
const URGENT: readonly string[] = ['stop'];
/**
 * It does not wait for answers either: a vendor that hangs would keep all but the first from being sent.
 * They have connections of their own (`VendorHttpClient`), so that by then they have left.
 */
const URGENT_UNANSWERED_MS = 2_000;

/** The pace of each endpoint at one vendor, which counts them apart. */
export class CallPaces {
  private readonly paces = new Map<string, CallPace>();

  /** @param perSecond calls to one endpoint a second; 0 is no limit but the vendor's own */
  constructor(private readonly perSecond: number) {}

  of(endpoint: string): CallPace {
    let pace = this.paces.get(endpoint);
    if (!pace) this.paces.set(endpoint, (pace = this.newPace(URGENT.includes(endpoint))));
    return pace;
  }

  private newPace(isUrgent: boolean): CallPace {
    return isUrgent
      ? new CallPace(this.perSecond, LEAST_URGENT, URGENT_UNANSWERED_MS)
      : new CallPace(this.perSecond);
  }
}
