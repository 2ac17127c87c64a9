import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { AvatarConfigDto, StatusResultDto, StatusUpdateDto } from '#contracts';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { CustomerKey, ServiceToken } from '../auth/credential.decorators.js';
import { CurrentAccount } from '../auth/current-account.decorator.js';
import { DeliveryService } from '../conversations/delivery.service.js';
import { apiPath } from '../http/api-path.js';

@ApiTags('avatar')
@Controller(apiPath('avatar'))
export class AvatarController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly deliveries: DeliveryService,
  ) {}

  @Get('config')
  @CustomerKey()
  @ApiOperation({ summary: 'What a session needs to know of the account behind a key.' })
  @ApiOkResponse({ type: AvatarConfigDto })
  config(@CurrentAccount() account: Account): AvatarConfigDto {
    return this.accounts.avatarConfig(account);
  }

  @Get('accounts/:accountId/config')
  @ServiceToken()
  @ApiOperation({ summary: 'The same for the account of a live session, whose key nobody keeps.' })
  @ApiOkResponse({ type: AvatarConfigDto })
  configOf(@Param('accountId') accountId: string): Promise<AvatarConfigDto> {
    return this.accounts.avatarConfigOf(accountId);
  }

  @Post('conversations/:conversationId/status')
  @ServiceToken()
  @HttpCode(200)
  @ApiOperation({ summary: 'Delivers the state and transcript of one avatar session.' })
  @ApiOkResponse({ type: StatusResultDto })
  status(
    @Param('conversationId') conversationId: string,
    @Body() body: StatusUpdateDto,
  ): Promise<StatusResultDto> {
    return this.deliveries.deliver(conversationId, body);
  }
}
