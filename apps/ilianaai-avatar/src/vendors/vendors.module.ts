import { Global, Module } from '@nestjs/common';
import { HeyGenClient } from './heygen/heygen.client.js';
import { LiveAvatarClient } from './liveavatar/liveavatar.client.js';
import { OwedStops } from './owed-stops.js';
import { VendorRegistry } from './vendor-registry.js';

@Global()
@Module({
  providers: [HeyGenClient, LiveAvatarClient, OwedStops, VendorRegistry],
  exports: [HeyGenClient, LiveAvatarClient, OwedStops, VendorRegistry],
})
export class VendorsModule {}
