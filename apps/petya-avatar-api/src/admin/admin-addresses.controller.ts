import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { AddressesDto } from '#contracts';
import { OperatorName } from '#platform';
import { AdminToken } from '../auth/credential.decorators.js';
import { PetyaConfig } from '../config/petya-config.js';
import { apiPath } from '../http/api-path.js';

@ApiTags('operator')
@AdminToken()
@Controller(apiPath('admin/addresses'))
export class AdminAddressesController {
  constructor(private readonly config: PetyaConfig) {}

  @Get()
  @ApiOperation({
    operationId: 'getAddresses',
    summary: "Where visitors' browsers find the two apps.",
    description: 'As this app is set; nobody is asked whether they are there.',
  })
  @ApiOkResponse({ type: AddressesDto })
  get(@OperatorName() you: string | null): AddressesDto {
    const { publicUrl, avatarServiceUrl, adminAddress } = this.config;
    return { petya: publicUrl, gateway: avatarServiceUrl, adminApart: adminAddress !== null, you };
  }
}
