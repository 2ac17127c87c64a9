import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { AdminSessionsController } from './admin-sessions.controller.js';
import { AdminSessionsService } from './admin-sessions.service.js';
import { AdminUsageController } from './admin-usage.controller.js';
import { AdminUsageService } from './admin-usage.service.js';

@Module({
  imports: [SessionsModule, UpkeepModule],
  controllers: [AdminSessionsController, AdminUsageController],
  providers: [AdminSessionsService, AdminUsageService],
})
export class AdminModule {}
