import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CredentialGuard } from './credential.guard.js';
import { OriginGuard } from './origin.guard.js';

@Module({
  providers: [OriginGuard, { provide: APP_GUARD, useClass: CredentialGuard }],
  exports: [OriginGuard],
})
export class AuthModule {}
