import { Injectable } from '@nestjs/common';
import type {
  AccountDto,
  AccountListDto,
  AvatarConfigDto,
  CreateAccountDto,
  PageQueryDto,
  PluginConfigDto,
  UpdateAccountDto,
} from '#contracts';
import { isOriginPattern } from '#platform';
import { PetyaConfig } from '../config/petya-config.js';
import { nothingOf, PetyaError } from '../errors.js';
import { idPage, idPageRequest } from '../paging/id-page.js';
import type { Account } from './account.js';
import {
  type OpenAvatarConfig,
  toAccountChanges,
  toAccountDto,
  toAvatarConfig,
  toOpenAvatarConfig,
  toPluginConfig,
} from './account.mapper.js';
import { AccountsRepository } from './accounts.repository.js';

@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly config: PetyaConfig,
  ) {}

  find(id: string): Promise<Account | null> {
    return this.accounts.find(id);
  }

  /** @throws PetyaError `not_found` */
  async get(id: string): Promise<AccountDto> {
    return toAccountDto(found(await this.accounts.find(id)));
  }

  async list(query: PageQueryDto): Promise<AccountListDto> {
    const request = idPageRequest(query);
    const page = idPage(await this.accounts.list(request), request.limit);
    return { items: page.items.map(toAccountDto), nextCursor: page.nextCursor };
  }

  /** @throws PetyaError `invalid_input` for an origin that is none */
  async create(dto: CreateAccountDto): Promise<AccountDto> {
    refuseBadOrigins(dto.allowedOrigins ?? []);
    return toAccountDto(await this.accounts.create(toAccountChanges(dto)));
  }

  /** @throws PetyaError `invalid_input` for an origin that is none, `not_found` */
  async update(id: string, dto: UpdateAccountDto): Promise<AccountDto> {
    refuseBadOrigins(dto.allowedOrigins ?? []);
    return toAccountDto(found(await this.accounts.update(id, toAccountChanges(dto))));
  }

  avatarConfig(account: Account): AvatarConfigDto {
    return toAvatarConfig(account, this.config);
  }

  openAvatarConfig(account: Account): OpenAvatarConfig {
    return toOpenAvatarConfig(account, this.config);
  }

  /** @throws PetyaError `not_found`, `account_suspended` */
  async avatarConfigOf(id: string): Promise<AvatarConfigDto> {
    const account = found(await this.accounts.find(id));
    if (account.suspended) throw new PetyaError('account_suspended');
    return this.avatarConfig(account);
  }

  pluginConfig(account: Account): PluginConfigDto {
    return toPluginConfig(account, this.config);
  }

  markRemoving(id: string): Promise<void> {
    return this.accounts.markRemoving(id);
  }

  listRemoving(): Promise<string[]> {
    return this.accounts.listRemoving();
  }

  listWithRetention(): Promise<{ id: string; retentionDays: number }[]> {
    return this.accounts.listWithRetention();
  }

  remove(id: string): Promise<void> {
    return this.accounts.remove(id);
  }
}

function found(account: Account | null): Account {
  if (!account) throw nothingOf('account');
  return account;
}

function refuseBadOrigins(origins: readonly string[]): void {
  const errors = origins.flatMap((origin, index) =>
    isOriginPattern(origin)
      ? []
      : [
          {
            pointer: `/allowedOrigins/${index}`,
            message:
              'must be an origin such as https://shop.example.com or https://*.example.com, ' +
              'without a path or a slash at its end',
          },
        ],
  );
  if (errors.length > 0) throw new PetyaError('invalid_input', { errors });
}
