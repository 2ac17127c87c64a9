import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Telemetry } from './telemetry.js';

/** Gives an app the one place where its code says what it does. */
@Global()
@Module({})
export class TelemetryModule {
  static forRoot(telemetry: Telemetry): DynamicModule {
    return {
      module: TelemetryModule,
      providers: [{ provide: Telemetry, useValue: telemetry }],
      exports: [Telemetry],
    };
  }
}
