import type { EventEmitter } from 'node:events';
import mongoose from 'mongoose';
import type { CommandStartedEvent, Document } from 'mongodb';

/** A command as the driver sent it. */
export interface SentCommand {
  readonly name: string;
  readonly command: Document;
}

/**
 * Keeps every command of the apps that are started from now on, the first ones included. Their URIs
 * are `countedUri`s.
 */
export function keepCommands(): SentCommand[] {
  const sent: SentCommand[] = [];
  // Its types do not know of it.
  const { events } = mongoose as unknown as { readonly events: EventEmitter };
  events.on('createConnection', (connection: mongoose.Connection) => {
    connection.on('connected', () => {
      connection
        .getClient()
        .on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
          sent.push({ name: commandName, command });
        });
    });
  });
  return sent;
}
