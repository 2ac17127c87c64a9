import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { HistoryModule } from '../history/history.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { AdminAccountsController } from './admin-accounts.controller.js';
import { AdminAddressesController } from './admin-addresses.controller.js';
import { AdminKeysController } from './admin-keys.controller.js';
import { AdminUsageController } from './admin-usage.controller.js';
import { AdminVisitorsController } from './admin-visitors.controller.js';

/** The operator's routes. Without an `ADMIN_TOKEN` this module is left out and they do not exist. */
@Module({
  imports: [
    AccountsModule,
    ApiKeysModule,
    ConversationsModule,
    ErasureModule,
    HistoryModule,
    UsageModule,
    VisitorsModule,
  ],
  controllers: [
    AdminAccountsController,
    AdminAddressesController,
    AdminKeysController,
    AdminUsageController,
    AdminVisitorsController,
  ],
})
export class AdminModule {}
