import { Module } from '@nestjs/common';
import { MinutesService } from './minutes.service.js';

/** What accounts may use, and have used. */
@Module({ providers: [MinutesService], exports: [MinutesService] })
export class BudgetsModule {}
