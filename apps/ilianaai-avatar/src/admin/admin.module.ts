import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { AdminSessionsController } from './admin-sessions.controller.js';
import { AdminSessionsService } from './admin-sessions.service.js';

@Module({
  imports: [SessionsModule, UpkeepModule],
  controllers: [AdminSessionsController],
  providers: [AdminSessionsService],
})
export class AdminModule {}
