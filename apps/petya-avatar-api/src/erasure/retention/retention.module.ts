import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { ErasureModule } from '../erasure.module.js';
import { RetentionJob } from './retention.job.js';
import { RetentionService } from './retention.service.js';

@Module({
  imports: [AccountsModule, ErasureModule],
  providers: [RetentionJob, RetentionService],
})
export class RetentionModule {}
