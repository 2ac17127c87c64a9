import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { UsageRepository } from './usage.repository.js';
import { USAGE, usageSchema } from './usage.schema.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: USAGE, schema: usageSchema }]), AccountsModule],
  providers: [UsageRepository, UsageService],
  exports: [UsageService],
})
export class UsageModule {}
