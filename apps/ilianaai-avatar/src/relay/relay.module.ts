import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { StreamingModule } from '../streaming/streaming.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { RelayAdmission } from './relay-admission.service.js';
import { RelayController } from './relay.controller.js';
import { RelayGateway } from './relay.gateway.js';
import { RelayService } from './relay.service.js';
import { SocketPresence } from './socket-presence.service.js';

@Module({
  imports: [AuthModule, SessionsModule, StreamingModule, UpkeepModule],
  controllers: [RelayController],
  providers: [RelayAdmission, RelayGateway, RelayService, SocketPresence],
})
export class RelayModule {}
