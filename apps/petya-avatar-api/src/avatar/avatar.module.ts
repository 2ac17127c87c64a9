import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { AvatarConfigService } from './avatar-config.service.js';
import { AvatarController } from './avatar.controller.js';

@Module({
  imports: [AccountsModule, ConversationsModule],
  controllers: [AvatarController],
  providers: [AvatarConfigService],
})
export class AvatarModule {}
