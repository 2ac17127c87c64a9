import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '#contracts/description';
import {
  ApiKeyDto,
  ApiKeyListDto,
  CreateApiKeyDto,
  CreatedApiKeyDto,
  PageQueryDto,
} from '#contracts';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { AdminToken } from '../auth/credential.decorators.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { ACCOUNT_ID } from './params.js';

@ApiTags('operator')
@AdminToken()
@ApiParam(ACCOUNT_ID)
@MayRefuse('not_found')
@Controller(apiPath('admin/accounts/:accountId/keys'))
export class AdminKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Makes a key, or imports an existing one. The key is shown once.',
    description:
      'A key of the page (`SE_`) or a secret key (`SK_`). Several may be good at once, so that one can be replaced.',
  })
  @MayRefuse('key_taken')
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  create(
    @Param('accountId') accountId: string,
    @Body() body: CreateApiKeyDto,
  ): Promise<CreatedApiKeyDto> {
    return this.keys.create(accountId, body);
  }

  @Get()
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: "Lists an account's keys by prefix and last four characters.",
    description: 'Page by page, revoked ones, too.',
  })
  @ApiOkResponse({ type: ApiKeyListDto })
  list(
    @Param('accountId') accountId: string,
    @Query() query: PageQueryDto,
  ): Promise<ApiKeyListDto> {
    return this.keys.list(accountId, query);
  }

  @Delete(':keyId')
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revokes a key. It stops at once; a second time changes nothing.',
    description:
      'At ilianaai-avatar it counts within 5 s, and within 15 minutes while this app is away.',
  })
  @ApiParam({ name: 'keyId', description: 'The key, as its list names it.' })
  @ApiOkResponse({ type: ApiKeyDto })
  revoke(@Param('accountId') accountId: string, @Param('keyId') keyId: string): Promise<ApiKeyDto> {
    return this.keys.revoke(accountId, keyId);
  }
}
