import { type DynamicModule, Module } from '@nestjs/common';
import { BoardController } from './board.controller.js';
import { BoardFiles } from './board-files.service.js';

/** Serves an app's board. An app without an operator's token has none, and does not import this. */
@Module({})
export class BoardModule {
  /** @param folder where `npm run build:board` has put the app's page */
  static forRoot(folder: string): DynamicModule {
    return {
      module: BoardModule,
      controllers: [BoardController],
      providers: [{ provide: BoardFiles, useFactory: () => BoardFiles.load(folder) }],
    };
  }
}
