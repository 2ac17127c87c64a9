import { Injectable } from '@nestjs/common';
import { LiveAvatarClient } from './liveavatar/liveavatar.client.js';
import type { Vendor, VendorName } from './vendor.js';

/** Finds the vendor that a session record names. */
@Injectable()
export class VendorRegistry {
  private readonly vendors: Readonly<Record<VendorName, Vendor>>;

  constructor(liveAvatar: LiveAvatarClient) {
    this.vendors = { liveavatar: liveAvatar };
  }

  of(session: { readonly vendor: VendorName }): Vendor {
    return this.vendors[session.vendor];
  }

  all(): Vendor[] {
    return Object.values(this.vendors);
  }
}
