import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { ErasedModule } from '../erasure/erased.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryService } from './delivery.service.js';
import { LateDeliveries } from './late-deliveries.service.js';

/** Takes in what ilianaai-avatar delivers. A delivery is one conditional write on its conversation. */
@Module({
  imports: [
    AccountsModule,
    ConversationsModule,
    ErasedModule,
    ErasureModule,
    UsageModule,
    VisitorsModule,
  ],
  providers: [DeliveriesRepository, DeliveryService, LateDeliveries],
  exports: [LateDeliveries],
})
export class DeliveriesModule {}
