import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import {
  ApiKeyDto,
  ApiKeyListDto,
  CreateApiKeyDto,
  CreatedApiKeyDto,
  PageQueryDto,
} from '#contracts';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { AdminToken } from '../auth/credential.decorators.js';
import { apiPath } from '../http/api-path.js';

@ApiTags('operator')
@AdminToken()
@Controller(apiPath('admin/accounts/:accountId/keys'))
export class AdminKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @ApiOperation({ summary: 'Makes a key, or imports an existing one. The key is shown once.' })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  create(
    @Param('accountId') accountId: string,
    @Body() body: CreateApiKeyDto,
  ): Promise<CreatedApiKeyDto> {
    return this.keys.create(accountId, body);
  }

  @Get()
  @ApiOperation({ summary: "Lists an account's keys by prefix and last four characters." })
  @ApiOkResponse({ type: ApiKeyListDto })
  list(
    @Param('accountId') accountId: string,
    @Query() query: PageQueryDto,
  ): Promise<ApiKeyListDto> {
    return this.keys.list(accountId, query);
  }

  @Delete(':keyId')
  @ApiOperation({ summary: 'Revokes a key. It stops at once; a second time changes nothing.' })
  @ApiOkResponse({ type: ApiKeyDto })
  revoke(@Param('accountId') accountId: string, @Param('keyId') keyId: string): Promise<ApiKeyDto> {
    return this.keys.revoke(accountId, keyId);
  }
}
