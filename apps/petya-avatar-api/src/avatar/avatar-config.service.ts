import { Injectable } from '@nestjs/common';
import type { AvatarConfigDto } from '#contracts';
import type { IncomingHttpHeaders } from 'node:http';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Caller } from '../auth/caller.js';
import { isOwnCaller } from '../auth/own-caller.js';
import { PetyaConfig } from '../config/petya-config.js';

/** Gives an account's origins, limits and policies to ilianaai-avatar and to no page. */
@Injectable()
export class AvatarConfigService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly config: PetyaConfig,
  ) {}

  of({ account, keyKind }: Caller, headers: IncomingHttpHeaders): Partial<AvatarConfigDto> {
    return isOwnCaller(headers, this.config.serviceTokens)
      ? { ...this.accounts.avatarConfig(account), keyKind }
      : this.accounts.openAvatarConfig(account);
  }
}
