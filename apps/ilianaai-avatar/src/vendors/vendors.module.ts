import { Global, Module } from '@nestjs/common';
import { LiveAvatarClient } from './liveavatar/liveavatar.client.js';
import { VendorRegistry } from './vendor-registry.js';

@Global()
@Module({
  providers: [LiveAvatarClient, VendorRegistry],
  exports: [LiveAvatarClient, VendorRegistry],
})
export class VendorsModule {}
