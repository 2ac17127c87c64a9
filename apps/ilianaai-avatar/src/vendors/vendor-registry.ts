import { Injectable } from '@nestjs/common';
import { HeyGenClient } from './heygen/heygen.client.js';
import { LiveAvatarClient } from './liveavatar/liveavatar.client.js';
import type { Vendor, VendorName } from './vendor.js';

/** Finds the vendor that a session record names. */
@Injectable()
export class VendorRegistry {
  private readonly vendors: Readonly<Record<VendorName, Vendor>>;

  constructor(
    liveAvatar: LiveAvatarClient,
    private readonly heyGen: HeyGenClient,
  ) {
    this.vendors = { liveavatar: liveAvatar, heygen: heyGen };
  }

  of(session: { readonly vendor: VendorName }): Vendor {
    return this.vendors[session.vendor];
  }

  /** The vendors that are switched on. */
  all(): Vendor[] {
    return Object.values(this.vendors).filter(
      (vendor) => vendor !== this.heyGen || this.heyGen.isEnabled,
    );
  }
}
