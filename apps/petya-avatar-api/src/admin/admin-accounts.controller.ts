import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '#contracts/description';
import {
  AccountDto,
  AccountListDto,
  CreateAccountDto,
  DeleteAccountQueryDto,
  PageQueryDto,
  UpdateAccountDto,
} from '#contracts';
import { AccountsService } from '../accounts/accounts.service.js';
import { AdminToken } from '../auth/credential.decorators.js';
import { MayRefuse } from '../errors.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { apiPath } from '../http/api-path.js';
import { ACCOUNT_ID } from './params.js';

@ApiTags('operator')
@AdminToken()
@Controller(apiPath('admin/accounts'))
export class AdminAccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly erasure: ErasureService,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'createAccount',
    summary: 'Makes an account.',
    description:
      'Members that are left out have their defaults. `warnings` in the answer says what does not work yet.',
  })
  @ApiCreatedResponse({ type: AccountDto })
  create(@Body() body: CreateAccountDto): Promise<AccountDto> {
    return this.accounts.create(body);
  }

  @Get()
  @ApiOperation({
    operationId: 'listAccounts',
    summary: 'Lists accounts in the order they were made.',
    description: 'Page by page.',
  })
  @ApiOkResponse({ type: AccountListDto })
  list(@Query() query: PageQueryDto): Promise<AccountListDto> {
    return this.accounts.list(query);
  }

  @Get(':accountId')
  @ApiOperation({
    operationId: 'getAccount',
    summary: 'Reads an account.',
    description: 'As it is stored; null where a default stands.',
  })
  @ApiParam(ACCOUNT_ID)
  @MayRefuse('not_found')
  @ApiOkResponse({ type: AccountDto })
  get(@Param('accountId') accountId: string): Promise<AccountDto> {
    return this.accounts.get(accountId);
  }

  @Patch(':accountId')
  @ApiOperation({
    operationId: 'updateAccount',
    summary: 'Changes what is sent and nothing else; null takes a value away.',
    description:
      'Members that are left out stay as they are, inside `avatar` and `limits` as well. At ilianaai-avatar it counts within 5 s.',
  })
  @ApiParam(ACCOUNT_ID)
  @MayRefuse('not_found')
  @ApiOkResponse({ type: AccountDto })
  update(
    @Param('accountId') accountId: string,
    @Body() body: UpdateAccountDto,
  ): Promise<AccountDto> {
    return this.accounts.update(accountId, body);
  }

  @Delete(':accountId')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteAccount',
    summary: 'Removes an account with everything in it; 409 with live sessions.',
    description:
      'Its keys are unknown at once. What ilianaai-avatar and the vendor hold of it is erased as well. There is no way back.',
  })
  @ApiParam(ACCOUNT_ID)
  @MayRefuse('not_found', 'sessions_live')
  @ApiNoContentResponse({ description: 'It is gone.' })
  remove(
    @Param('accountId') accountId: string,
    @Query() query: DeleteAccountQueryDto,
  ): Promise<void> {
    return this.erasure.removeAccount(accountId, query.force === 'true');
  }
}
