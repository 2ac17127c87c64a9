import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { TranscriptModule } from '../transcript/transcript.module.js';
import { StreamingController } from './streaming.controller.js';
import { StreamingService } from './streaming.service.js';

@Module({
  imports: [SessionsModule, TranscriptModule],
  controllers: [StreamingController],
  providers: [StreamingService],
})
export class StreamingModule {}
