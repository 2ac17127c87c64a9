import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService } from '@nestjs/config';
import { AvatarConfig } from './avatar-config.js';

/** Makes the one typed configuration injectable everywhere, by its class. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: AvatarConfig): DynamicModule {
    return {
      module: ConfigModule,
      imports: [
        NestConfigModule.forRoot({
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          load: [() => ({ avatar: config })],
        }),
      ],
      providers: [
        {
          provide: AvatarConfig,
          inject: [ConfigService],
          useFactory: (service: ConfigService) => service.getOrThrow<AvatarConfig>('avatar'),
        },
      ],
      exports: [AvatarConfig],
    };
  }
}
