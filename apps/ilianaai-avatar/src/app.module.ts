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
import { AccountsModule } from './accounts/accounts.module.js';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import type { AvatarConfig } from './config/avatar-config.js';
import { ConfigModule } from './config/config.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { healthOptions } from './health/health-indicators.js';
import { HeyGenModule } from './heygen/heygen.module.js';
import { PluginModule } from './plugin/plugin.module.js';
import { ReconcileModule } from './reconcile/reconcile.module.js';
import { SessionStoreModule } from './sessions/store/session-store.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { LiveTurnsModule } from './turns/live-turns.module.js';
import { VendorsModule } from './vendors/vendors.module.js';

/** Where the files are that the builds have made. */
export interface FileFolders {
  readonly plugin: string;
  readonly board: string;
}

@Module({})
export class AppModule {
  static forRoot(config: AvatarConfig, folders: FileFolders): DynamicModule {
    const telemetry = new Telemetry();
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        TelemetryModule.forRoot(telemetry),
        LifecycleModule,
        RatesModule.forRoot(config.rates),
        MongoModule.forRoot(config.mongodbUri, telemetry),
        AccountsModule,
        VendorsModule,
        SessionStoreModule,
        AuthModule,
        SessionsModule,
        LiveTurnsModule,
        HeyGenModule,
        ErasureModule,
        AdminModule,
        ReconcileModule,
        PluginModule.forRoot(folders.plugin),
        ...(config.operators.isEmpty ? [] : [BoardModule.forRoot(folders.board)]),
        HealthModule.register(healthOptions),
        ...(config.metricsTokens.length === 0 ? [] : [MetricsModule]),
        ...(config.traces === null ? [] : [TracesModule.forRoot(config.traces)]),
      ],
    };
  }
}
