import { HttpModule } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';
import { PetyaAccessClient } from './petya-access.client.js';
import { PetyaCircuit } from './petya-circuit.js';
import { PetyaConfigClient } from './petya-config.client.js';
import { petyaHttpOptions } from './petya-http.js';
import { VisitorAccess } from './visitor-access.service.js';

@Global()
@Module({
  imports: [HttpModule.register(petyaHttpOptions)],
  providers: [AccountsService, PetyaAccessClient, PetyaCircuit, PetyaConfigClient, VisitorAccess],
  exports: [AccountsService, PetyaCircuit, VisitorAccess, HttpModule],
})
export class AccountsModule {}
