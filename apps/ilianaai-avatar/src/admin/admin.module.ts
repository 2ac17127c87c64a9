import { Module } from '@nestjs/common';
import { FleetModule } from '../fleet/fleet.module.js';
import { OpeningModule } from '../opening/opening.module.js';
import { ReconcileModule } from '../reconcile/reconcile.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { AdminLifeController } from './admin-life.controller.js';
import { AdminOpeningController } from './admin-opening.controller.js';
import { AdminOverviewController } from './admin-overview.controller.js';
import { AdminSessionsController } from './admin-sessions.controller.js';
import { AdminSessionsService } from './admin-sessions.service.js';
import { AdminStopsController } from './admin-stops.controller.js';
import { AdminStopsService } from './admin-stops.service.js';
import { AdminUsageController } from './admin-usage.controller.js';
import { AdminUsageService } from './admin-usage.service.js';
import { LifeService } from './life.service.js';
import { OverviewService } from './overview.service.js';
import { VendorsOverviewService } from './vendors-overview.service.js';

@Module({
  imports: [FleetModule, OpeningModule, ReconcileModule, SessionsModule, UpkeepModule],
  controllers: [
    AdminLifeController,
    AdminOpeningController,
    AdminOverviewController,
    AdminSessionsController,
    AdminStopsController,
    AdminUsageController,
  ],
  providers: [
    AdminSessionsService,
    AdminStopsService,
    AdminUsageService,
    LifeService,
    OverviewService,
    VendorsOverviewService,
  ],
})
export class AdminModule {}
