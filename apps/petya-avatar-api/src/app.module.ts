import { type DynamicModule, Module } from '@nestjs/common';
import {
  BoardModule,
  HealthModule,
  LifecycleModule,
  MongoModule,
  RatesModule,
  Telemetry,
  TelemetryModule,
  TracesModule,
} from '#platform';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AvatarModule } from './avatar/avatar.module.js';
import { ConfigModule } from './config/config.module.js';
import type { PetyaConfig } from './config/petya-config.js';
import { HistoryModule } from './history/history.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { PluginModule } from './plugin/plugin.module.js';
import { RetentionModule } from './erasure/retention/retention.module.js';

@Module({})
export class AppModule {
  /** @param boardFolder where the files of the operator's board are */
  static register(config: PetyaConfig, boardFolder: string): DynamicModule {
    const telemetry = new Telemetry();
    return {
      module: AppModule,
      imports: [
        ConfigModule.register(config),
        TelemetryModule.forRoot(telemetry),
        LifecycleModule,
        RatesModule.forRoot(config.rates),
        MongoModule.forRoot(config.mongodbUri, telemetry),
        HealthModule.register({ useFactory: () => [] }),
        AuthModule,
        AvatarModule,
        HistoryModule,
        PluginModule,
        RetentionModule,
        ...(config.operators.isEmpty ? [] : [AdminModule, BoardModule.forRoot(boardFolder)]),
        ...(config.metricsTokens.length === 0 ? [] : [MetricsModule]),
        ...(config.traces === null ? [] : [TracesModule.forRoot(config.traces)]),
      ],
    };
  }
}
