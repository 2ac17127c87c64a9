import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { AvatarConfigService } from './avatar-config.service.js';
import { AvatarController } from './avatar.controller.js';
import { ErasuresController } from './erasures.controller.js';

@Module({
  imports: [AccountsModule, ConversationsModule, DeliveriesModule, ErasureModule],
  controllers: [AvatarController, ErasuresController],
  providers: [AvatarConfigService],
})
export class AvatarModule {}
