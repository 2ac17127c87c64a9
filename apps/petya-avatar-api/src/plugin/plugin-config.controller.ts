import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { PluginConfigDto } from '#contracts';
import { Admitted } from '#platform';
import type { Caller } from '../auth/caller.js';
import { CustomerKeyOfAnybody } from '../auth/credential.decorators.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { apiPath } from '../http/api-path.js';
import { AccountsService } from '../accounts/accounts.service.js';

@ApiTags('plugin')
@CustomerKeyOfAnybody()
@Controller(apiPath('account'))
export class PluginConfigController {
  constructor(private readonly accounts: AccountsService) {}

  @Get('config')
  @Admitted('first')
  @ApiOperation({
    operationId: 'getAccountConfig',
    summary: 'What the plugin shows of its account.',
    description: 'Says nothing of a visitor, and looks at no visitor token.',
  })
  @ApiOkResponse({ type: PluginConfigDto })
  config(@CurrentCaller() { account }: Caller): PluginConfigDto {
    return this.accounts.pluginConfig(account);
  }
}
