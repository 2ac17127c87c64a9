import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Rates, type RateSettings } from './rates.js';

/** Gives the replica's rates to the guards; `createHttpApp` counts addresses with the same one. */
@Global()
@Module({})
export class RatesModule {
  static forRoot(settings: RateSettings): DynamicModule {
    return {
      module: RatesModule,
      providers: [{ provide: Rates, useFactory: () => new Rates(settings) }],
      exports: [Rates],
    };
  }
}
