import { CallPace } from './call-pace.js';

/** The pace of each endpoint at one vendor, which counts them apart. */
export class CallPaces {
  private readonly paces = new Map<string, CallPace>();

  /** @param perSecond calls to one endpoint a second; 0 is no limit but the vendor's own */
  constructor(private readonly perSecond: number) {}

  of(endpoint: string): CallPace {
    let pace = this.paces.get(endpoint);
    if (!pace) this.paces.set(endpoint, (pace = new CallPace(this.perSecond)));
    return pace;
  }
}
