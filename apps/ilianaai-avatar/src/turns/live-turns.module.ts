import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AvatarMessageController } from './avatar-message.controller.js';
import { AvatarMessageService } from './avatar-message.service.js';
import { LiveWords } from './live-words.service.js';
import { TurnsModule } from './turns.module.js';

/** What is said while a session runs: its routes know of sessions, which know of stored turns. */
@Module({
  imports: [SessionsModule, TurnsModule],
  controllers: [AvatarMessageController],
  providers: [AvatarMessageService, LiveWords],
  exports: [LiveWords],
})
export class LiveTurnsModule {}
