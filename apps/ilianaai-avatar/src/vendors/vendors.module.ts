import { Global, Module } from '@nestjs/common';
import { HeyGenClient } from '../heygen/vendor/heygen.client.js';
import { LiveAvatarClient } from './liveavatar/liveavatar.client.js';
import { OwedStops } from './owed-stops.js';
import { VENDORS, VendorRegistry } from './vendor-registry.js';
import type { Vendor } from './vendor.js';

/** Every vendor, in the order in which health names them. A new one is a client and a line here. */
const CLIENTS = [LiveAvatarClient, HeyGenClient];

@Global()
@Module({
  providers: [
    ...CLIENTS,
    { provide: VENDORS, inject: CLIENTS, useFactory: (...vendors: Vendor[]) => vendors },
    OwedStops,
    VendorRegistry,
  ],
  exports: [...CLIENTS, OwedStops, VendorRegistry],
})
export class VendorsModule {}
