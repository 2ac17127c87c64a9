import { HttpModule } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';
import { PetyaCircuit } from './petya-circuit.js';
import { PetyaConfigClient } from './petya-config.client.js';
import { petyaHttpOptions } from './petya-http.js';

@Global()
@Module({
  imports: [HttpModule.register(petyaHttpOptions)],
  providers: [AccountsService, PetyaCircuit, PetyaConfigClient],
  exports: [AccountsService, PetyaCircuit, HttpModule],
})
export class AccountsModule {}
