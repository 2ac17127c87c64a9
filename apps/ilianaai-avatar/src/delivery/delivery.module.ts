import { Module } from '@nestjs/common';
import { TranscriptModule } from '../transcript/transcript.module.js';
import { DeliveryService } from './delivery.service.js';
import { PetyaStatusClient } from './petya-status.client.js';

@Module({
  imports: [TranscriptModule],
  providers: [DeliveryService, PetyaStatusClient],
  exports: [DeliveryService],
})
export class DeliveryModule {}
