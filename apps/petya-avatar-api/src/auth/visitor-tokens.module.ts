import { Module } from '@nestjs/common';
import { VisitorTokens } from './visitor-tokens.js';

@Module({ providers: [VisitorTokens], exports: [VisitorTokens] })
export class VisitorTokensModule {}
