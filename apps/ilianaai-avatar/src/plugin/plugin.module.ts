import { type DynamicModule, Module } from '@nestjs/common';
import { PluginController } from './plugin.controller.js';
import { PluginFiles } from './plugin-files.service.js';

/** Serves the chat plugin, so that a site needs no place of its own for it. */
@Module({})
export class PluginModule {
  /** @param folder where `npm run build:plugin` has put the versions */
  static forRoot(folder: string): DynamicModule {
    return {
      module: PluginModule,
      controllers: [PluginController],
      providers: [{ provide: PluginFiles, useFactory: () => PluginFiles.load(folder) }],
    };
  }
}
