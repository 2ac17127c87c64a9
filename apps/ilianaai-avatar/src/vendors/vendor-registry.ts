import { Inject, Injectable } from '@nestjs/common';
import type { Vendor, VendorName } from './vendor.js';

/** Provider token of the vendors' clients. */
export const VENDORS = Symbol('VENDORS');

/** Finds the vendor that a session record names. */
@Injectable()
export class VendorRegistry {
  private readonly byName: ReadonlyMap<VendorName, Vendor>;

  constructor(@Inject(VENDORS) private readonly vendors: readonly Vendor[]) {
    this.byName = new Map(vendors.map((vendor) => [vendor.name, vendor]));
  }

  /** Also one that is switched off: its sessions from before are ended all the same. */
  of({ vendor: name }: { readonly vendor: VendorName }): Vendor {
    const vendor = this.byName.get(name);
    if (!vendor) throw new Error(`no client for the vendor ${name}`);
    return vendor;
  }

  /** The vendors that are switched on. */
  enabled(): Vendor[] {
    return this.vendors.filter((vendor) => vendor.isEnabled);
  }
}
