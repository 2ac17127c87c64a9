import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { TranscriptModule } from '../transcript/transcript.module.js';
import { HeyGenController } from './heygen.controller.js';
import { StreamOpenService } from './stream-open.service.js';
import { StreamSessionService } from './stream-session.service.js';
import { StreamWords } from './stream-words.service.js';
import { StreamingController } from './streaming.controller.js';
import { StreamingService } from './streaming.service.js';

@Module({
  imports: [SessionsModule, TranscriptModule],
  controllers: [StreamingController, HeyGenController],
  providers: [StreamingService, StreamOpenService, StreamSessionService, StreamWords],
  exports: [StreamWords],
})
export class StreamingModule {}
