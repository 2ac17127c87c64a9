import { type DynamicModule, Module } from '@nestjs/common';
import {
  HealthModule,
  LifecycleModule,
  MongoModule,
  RatesModule,
  Telemetry,
  TelemetryModule,
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
import { LiveTurnsModule } from './turns/live-turns.module.js';
import { VendorsModule } from './vendors/vendors.module.js';

@Module({})
export class AppModule {
  /** @param pluginFolder where the chat plugin's files are */
  static forRoot(config: AvatarConfig, pluginFolder: string): DynamicModule {
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
        PluginModule.forRoot(pluginFolder),
        HealthModule.register(healthOptions),
      ],
    };
  }
}
