import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ERASED_CONVERSATION, erasedConversationSchema } from './erased-conversation.schema.js';
import { ErasedConversationsRepository } from './erased-conversations.repository.js';

/** What was erased, for whoever must not bring it back. It knows of no other feature. */
@Module({
  imports: [
    MongooseModule.forFeature([{ name: ERASED_CONVERSATION, schema: erasedConversationSchema }]),
  ],
  providers: [ErasedConversationsRepository],
  exports: [ErasedConversationsRepository],
})
export class ErasedModule {}
