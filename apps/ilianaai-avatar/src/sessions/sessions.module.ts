import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { OpeningModule } from '../opening/opening.module.js';
import { TurnsModule } from '../turns/turns.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { AccountRoom } from './account-room.js';
import { Departures } from './departures.js';
import { OpeningRecord } from './opening-record.js';
import { OwedWishes } from './owed-wishes.js';
import { SessionAccess } from './session-access.js';
import { SessionOpener } from './session-opener.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { SlotService } from './slot.service.js';
import { StartClaims } from './start-claims.js';
import { StartRecord } from './start-record.js';
import { StartService } from './start.service.js';
import { StopService } from './stop.service.js';
import { TokenService } from './token.service.js';
import { VendorRoom } from './vendor-room.js';
import { VendorStart } from './vendor-start.js';
import { VisitsController } from './visits.controller.js';

@Module({
  imports: [AuthModule, BudgetsModule, OpeningModule, TurnsModule, UpkeepModule],
  controllers: [SessionsController, VisitsController],
  providers: [
    AccountRoom,
    Departures,
    OpeningRecord,
    OwedWishes,
    SessionAccess,
    SessionOpener,
    SessionsService,
    SlotService,
    StartClaims,
    StartRecord,
    StartService,
    StopService,
    TokenService,
    VendorRoom,
    VendorStart,
  ],
  exports: [OwedWishes, SessionAccess, SessionOpener, SessionsService, StartService, StopService],
})
export class SessionsModule {}
