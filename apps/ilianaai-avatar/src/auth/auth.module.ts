import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Callers } from './callers.js';
import { CredentialGuard } from './credential.guard.js';
import { OriginGuard } from './origin.guard.js';
import { Tokens } from './tokens.service.js';

@Module({
  providers: [Callers, OriginGuard, Tokens, { provide: APP_GUARD, useClass: CredentialGuard }],
  exports: [OriginGuard, Tokens],
})
export class AuthModule {}
