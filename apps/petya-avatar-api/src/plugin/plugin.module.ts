import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PluginConfigController } from './plugin-config.controller.js';

@Module({ imports: [AccountsModule], controllers: [PluginConfigController] })
export class PluginModule {}
