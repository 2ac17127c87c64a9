import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { AvatarController } from './avatar.controller.js';

@Module({
  imports: [AccountsModule, ConversationsModule],
  controllers: [AvatarController],
})
export class AvatarModule {}
