import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DatabaseClock } from '../../clock/database-clock.js';
import { SessionRepository } from './session.repository.js';
import { SESSION_MODEL, sessionSchema } from './session.schema.js';
import { SessionBox } from './session-box.js';
import { SessionStore } from './session-store.service.js';

/** The session records, for the features that act on them. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: SESSION_MODEL, schema: sessionSchema }])],
  providers: [SessionRepository, SessionStore, SessionBox, DatabaseClock],
  exports: [SessionStore, SessionBox, DatabaseClock],
})
export class SessionStoreModule {}
