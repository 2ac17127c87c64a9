import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { PluginConfigDto } from '#contracts';
import { CurrentAccount } from '../auth/current-account.decorator.js';
import { CustomerKey } from '../auth/credential.decorators.js';
import { apiPath } from '../http/api-path.js';
import type { Account } from './account.js';
import { AccountsService } from './accounts.service.js';

@ApiTags('plugin')
@CustomerKey()
@Controller(apiPath('account'))
export class AccountController {
  constructor(private readonly accounts: AccountsService) {}

  @Get('config')
  @ApiOperation({ summary: 'What the plugin shows of its account.' })
  @ApiOkResponse({ type: PluginConfigDto })
  config(@CurrentAccount() account: Account): PluginConfigDto {
    return this.accounts.pluginConfig(account);
  }
}
