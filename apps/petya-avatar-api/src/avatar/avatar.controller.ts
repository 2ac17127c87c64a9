import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#contracts/description';
import {
  AccessRequestDto,
  AccessVerdictDto,
  AvatarConfigDto,
  StatusResultDto,
  StatusUpdateDto,
} from '#contracts';
import { Admitted, noteSession, type RequestContext, RequestNotes } from '#platform';
import type { IncomingHttpHeaders } from 'node:http';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Caller } from '../auth/caller.js';
import { CustomerKeyOfAnybody, ServiceToken } from '../auth/credential.decorators.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { AccessService } from '../conversations/access.service.js';
import { LateDeliveries } from '../deliveries/late-deliveries.service.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { AvatarConfigService } from './avatar-config.service.js';

/** The avatar app waits so long for an answer; a large transcript takes a while to arrive. */
const DELIVERY_DEADLINE_MS = 15_000;

@ApiTags('avatar')
@Controller(apiPath('avatar'))
export class AvatarController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly configs: AvatarConfigService,
    private readonly access: AccessService,
    private readonly deliveries: LateDeliveries,
  ) {}

  @Get('config')
  @Admitted('first')
  @CustomerKeyOfAnybody()
  @ApiHeader({
    name: 'X-Service-Token',
    required: false,
    description: 'One of SERVICE_TOKENS: shows that ilianaai-avatar asks.',
    schema: { type: 'string' },
  })
  @ApiOperation({
    operationId: 'getAvatarConfig',
    summary: 'What a session needs to know of the account behind a key.',
    description: 'Origins, limits and policies only with the service token in X-Service-Token.',
  })
  @ApiOkResponse({ type: AvatarConfigDto })
  config(
    @CurrentCaller() caller: Caller,
    @Headers() headers: IncomingHttpHeaders,
  ): Partial<AvatarConfigDto> {
    return this.configs.of(caller, headers);
  }

  @Post('access')
  @Admitted('second')
  @ServiceToken()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'judgeAccess',
    summary: 'Whom a session is for that names a visitor or a conversation.',
    description:
      'A name that may be guessed is refused to nobody, so that no answer tells whose it is.',
  })
  @ApiOkResponse({ type: AccessVerdictDto })
  judgeAccess(@Body() body: AccessRequestDto): Promise<AccessVerdictDto> {
    return this.access.judge(body);
  }

  @Get('accounts/:accountId/config')
  @Admitted('second')
  @ServiceToken()
  @ApiOperation({
    operationId: 'getAvatarConfigOfAccount',
    summary: 'The same for the account of a live session, whose key nobody keeps.',
    description: 'Everything but `keyKind`.',
  })
  @ApiParam({ name: 'accountId', description: 'The account of the session.' })
  @MayRefuse('not_found', 'account_suspended')
  @ApiOkResponse({ type: AvatarConfigDto })
  configOf(@Param('accountId') accountId: string): Promise<AvatarConfigDto> {
    return this.accounts.avatarConfigOf(accountId);
  }

  @Post('conversations/:conversationId/status')
  @Admitted('second', DELIVERY_DEADLINE_MS)
  @ServiceToken()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'deliverSession',
    summary: 'Delivers the state and transcript of one avatar session.',
    description:
      'May be repeated: the same version with the same content changes nothing. An id that nobody has becomes the `externalId` of a new conversation where `accountId` is given.',
  })
  @ApiParam({
    name: 'conversationId',
    description:
      "The conversation, by its own id or its `externalId`; the session's own id where it named none.",
  })
  @MayRefuse('not_found', 'delivery_conflict', 'erased', 'conversation_full', 'overloaded')
  @ApiOkResponse({ type: StatusResultDto })
  status(
    @Param('conversationId') conversationId: string,
    @Body() body: StatusUpdateDto,
    @RequestNotes() notes: RequestContext,
  ): Promise<StatusResultDto> {
    noteSession(notes, { ...body, vendorSessionId: body.sessionId });
    return this.deliveries.deliver(conversationId, body);
  }
}
