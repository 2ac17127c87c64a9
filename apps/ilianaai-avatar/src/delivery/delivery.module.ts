import { Module } from '@nestjs/common';
import { TurnsModule } from '../turns/turns.module.js';
import { DeliveryService } from './delivery.service.js';
import { PetyaStatusClient } from './petya-status.client.js';

@Module({
  imports: [TurnsModule],
  providers: [DeliveryService, PetyaStatusClient],
  exports: [DeliveryService],
})
export class DeliveryModule {}
