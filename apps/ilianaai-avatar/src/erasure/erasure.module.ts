import { Module } from '@nestjs/common';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { ErasureOrdersService } from './erasure-orders.service.js';
import { ErasurePoller } from './erasure.poller.js';
import { PetyaErasuresClient } from './petya-erasures.client.js';

/** What Petya erases is erased here, too. */
@Module({
  imports: [UpkeepModule],
  providers: [ErasureOrdersService, ErasurePoller, PetyaErasuresClient],
})
export class ErasureModule {}
