import type { Call } from './load.js';
import { VENDOR_KEY } from './vendor.stub.js';

/** A server that is measured. */
export interface Target {
  readonly name: string;
  readonly port: number;
  /** Null for the vendor itself, called without anything in between. */
  readonly pid: number | null;
  stop(): Promise<void>;
}

/** A call as it has to be made to a target. */
export function callTo({ pid }: Target, call: Call): Call {
  return pid === null ? { ...call, key: VENDOR_KEY } : call;
}
