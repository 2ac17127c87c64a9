import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { LiveTurnsModule } from '../turns/live-turns.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { HeyGenController } from './http/heygen.controller.js';
import { StreamOpenService } from './http/stream-open.service.js';
import { StreamSessionService } from './http/stream-session.service.js';
import { StreamTokenService } from './http/stream-token.service.js';
import { RelayAdmission } from './socket/relay-admission.service.js';
import { RelayController } from './socket/relay.controller.js';
import { RelayGateway } from './socket/relay.gateway.js';
import { RelayService } from './socket/relay.service.js';
import { SocketPresence } from './socket/socket-presence.service.js';

/** The legacy contract: HeyGen's streaming routes and its chat socket. Its client is among the vendors. */
@Module({
  imports: [AuthModule, SessionsModule, LiveTurnsModule, UpkeepModule],
  controllers: [HeyGenController, RelayController],
  providers: [
    RelayAdmission,
    RelayGateway,
    RelayService,
    SocketPresence,
    StreamOpenService,
    StreamSessionService,
    StreamTokenService,
  ],
})
export class HeyGenModule {}
