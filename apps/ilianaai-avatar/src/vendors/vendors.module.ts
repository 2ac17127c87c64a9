import { Global, Module } from '@nestjs/common';
import { HeyGenClient } from './heygen/heygen.client.js';
import { LiveAvatarClient } from './liveavatar/liveavatar.client.js';
import { VendorRegistry } from './vendor-registry.js';

@Global()
@Module({
  providers: [HeyGenClient, LiveAvatarClient, VendorRegistry],
  exports: [HeyGenClient, LiveAvatarClient, VendorRegistry],
})
export class VendorsModule {}
