import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { TranscriptService } from './transcript.service.js';
import { TURN_MODEL, turnSchema } from './turn.schema.js';
import { TurnRepository } from './turn.repository.js';
import { TurnWriter } from './turn-writer.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: TURN_MODEL, schema: turnSchema }])],
  providers: [TranscriptService, TurnRepository, TurnWriter],
  exports: [TranscriptService],
})
export class TurnsModule {}
