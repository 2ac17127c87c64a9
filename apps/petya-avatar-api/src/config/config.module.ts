import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PetyaConfig } from './petya-config.js';

/** Gives the one configuration object to whoever asks for it. */
@Global()
@Module({})
export class ConfigModule {
  static register(config: PetyaConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: PetyaConfig, useValue: config }],
      exports: [PetyaConfig],
    };
  }
}
