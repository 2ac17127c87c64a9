import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
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
import { ErasureService } from '../erasure/erasure.service.js';
import { apiPath } from '../http/api-path.js';

@ApiTags('operator')
@AdminToken()
@Controller(apiPath('admin/accounts'))
export class AdminAccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly erasure: ErasureService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Makes an account.' })
  @ApiCreatedResponse({ type: AccountDto })
  create(@Body() body: CreateAccountDto): Promise<AccountDto> {
    return this.accounts.create(body);
  }

  @Get()
  @ApiOperation({ summary: 'Lists accounts in the order they were made.' })
  @ApiOkResponse({ type: AccountListDto })
  list(@Query() query: PageQueryDto): Promise<AccountListDto> {
    return this.accounts.list(query);
  }

  @Get(':accountId')
  @ApiOperation({ summary: 'Reads an account.' })
  @ApiOkResponse({ type: AccountDto })
  get(@Param('accountId') accountId: string): Promise<AccountDto> {
    return this.accounts.get(accountId);
  }

  @Patch(':accountId')
  @ApiOperation({ summary: 'Changes what is sent and nothing else; null takes a value away.' })
  @ApiOkResponse({ type: AccountDto })
  update(
    @Param('accountId') accountId: string,
    @Body() body: UpdateAccountDto,
  ): Promise<AccountDto> {
    return this.accounts.update(accountId, body);
  }

  @Delete(':accountId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes an account with everything in it; 409 with live sessions.' })
  @ApiNoContentResponse()
  remove(
    @Param('accountId') accountId: string,
    @Query() query: DeleteAccountQueryDto,
  ): Promise<void> {
    return this.erasure.removeAccount(accountId, query.force === 'true');
  }
}
