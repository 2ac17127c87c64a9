import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '#contracts/description';
import { Public } from '#platform';
import { AvatarError, MayRefuse } from '../../errors.js';
import { SOCKET_PATH } from './opening-handshake.js';

/** Tells whoever asks for the socket without an upgrade what is missing: mostly a proxy's two headers. */
@ApiExcludeController()
@Controller(SOCKET_PATH.slice(1))
export class RelayController {
  @Get()
  @Public()
  @MayRefuse('upgrade_required')
  refuse(@Query() _handshake: unknown): never {
    throw new AvatarError('upgrade_required', { upgrade: 'websocket' });
  }
}
