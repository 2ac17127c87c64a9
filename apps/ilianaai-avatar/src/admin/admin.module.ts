import { Module } from '@nestjs/common';
import { OpeningModule } from '../opening/opening.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { AdminOpeningController } from './admin-opening.controller.js';
import { AdminSessionsController } from './admin-sessions.controller.js';
import { AdminSessionsService } from './admin-sessions.service.js';
import { AdminStopsController } from './admin-stops.controller.js';
import { AdminStopsService } from './admin-stops.service.js';
import { AdminUsageController } from './admin-usage.controller.js';
import { AdminUsageService } from './admin-usage.service.js';

@Module({
  imports: [OpeningModule, SessionsModule, UpkeepModule],
  controllers: [
    AdminOpeningController,
    AdminSessionsController,
    AdminStopsController,
    AdminUsageController,
  ],
  providers: [AdminSessionsService, AdminStopsService, AdminUsageService],
})
export class AdminModule {}
