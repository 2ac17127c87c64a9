import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { HistoryModule } from '../history/history.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { AdminAccountsController } from './admin-accounts.controller.js';
import { AdminKeysController } from './admin-keys.controller.js';
import { AdminVisitorsController } from './admin-visitors.controller.js';

/** The operator's routes. Without an `ADMIN_TOKEN` this module is left out and they do not exist. */
@Module({
  imports: [
    AccountsModule,
    ApiKeysModule,
    ConversationsModule,
    ErasureModule,
    HistoryModule,
    VisitorsModule,
  ],
  controllers: [AdminAccountsController, AdminKeysController, AdminVisitorsController],
})
export class AdminModule {}
