import { Inject, Injectable } from '@nestjs/common';
import type { SessionAtVendor } from '../sessions/domain/session.js';
import { sessionNames } from '../sessions/domain/session-names.js';
import { OwedStops } from './owed-stops.js';
import type { Vendor, VendorName } from './vendor.js';

/** Provider token of the vendors' clients. */
export const VENDORS = Symbol('VENDORS');

/** Finds the vendor that a session record names. */
@Injectable()
export class VendorRegistry {
  private readonly byName: ReadonlyMap<VendorName, Vendor>;

  constructor(
    @Inject(VENDORS) private readonly vendors: readonly Vendor[],
    private readonly owed: OwedStops,
  ) {
    this.byName = new Map(vendors.map((vendor) => [vendor.name, vendor]));
  }

  /** Also one that is switched off: its sessions from before are ended all the same. */
  of({ vendor: name }: { readonly vendor: VendorName }): Vendor {
    const vendor = this.byName.get(name);
    if (!vendor) throw new Error(`no client for the vendor ${name}`);
    return vendor;
  }

  /**
   * Stops a session that may run and that no record of ours will end. See `OwedStops`.
   * @returns when it is stopped, or the process ends. It never rejects.
   */
  stopOwed(session: SessionAtVendor): Promise<void> {
    return this.owed.stop(this.of(session), session.vendorSessionId, sessionNames(session));
  }

  /** The vendors that are switched on. */
  enabled(): Vendor[] {
    return this.vendors.filter((vendor) => vendor.isEnabled);
  }
}
