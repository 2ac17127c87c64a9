import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { CredentialGuard } from './credential.guard.js';
import { CustomerKeyGuard } from './customer-key.guard.js';

@Module({
  imports: [AccountsModule, ApiKeysModule, VisitorsModule],
  providers: [CustomerKeyGuard, { provide: APP_GUARD, useClass: CredentialGuard }],
})
export class AuthModule {}
