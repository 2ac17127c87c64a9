import mongoose, { type Connection } from 'mongoose';
import type { CommandStartedEvent, Document } from 'mongodb';
import { uriWith } from '../stack/database-uri.js';

/** A database that a connection counts its round trips to. */
export function countedUri(uri: string): string {
  return uriWith(uri, { monitorCommands: 'true' });
}

/** What an app asked its database for. */
export interface Trips {
  /** One line each, as `update sessions: state=active`. */
  readonly lines: string[];
  /** Looks for what is due: one for all sessions, whether there is anything or not. */
  looks: number;
  /** Bytes of the commands that write. */
  writtenBytes: number;
  /** Forgets what was counted so far. */
  reset(): void;
}

/** What follows from the other members. */
const DUE_TIMES = ['dueAt', 'endDueAt', 'outboxDueAt'];

const WRITES = ['insert', 'update', 'delete', 'findAndModify'];

/** Counts from now on, from the driver's own events. The connection's URI is a `countedUri`. */
export function countTrips(connection: Connection): Trips {
  const trips: Trips = {
    lines: [],
    looks: 0,
    writtenBytes: 0,
    reset: () => {
      trips.lines.length = 0;
      trips.looks = 0;
      trips.writtenBytes = 0;
    },
  };
  connection.getClient().on('commandStarted', ({ command, commandName }: CommandStartedEvent) => {
    // The clock's and the health probe's questions belong to no session.
    if (commandName === 'hello' || commandName === 'ping') return;
    // Read by the clock, and not by calls: they judge by what was read last.
    if (command['find'] === 'openings') return;
    if (isLook(command)) {
      trips.looks += 1;
      return;
    }
    trips.lines.push(describe(command, commandName));
    if (WRITES.includes(commandName)) {
      trips.writtenBytes += mongoose.mongo.BSON.calculateObjectSize(command);
    }
  });
  return trips;
}

function isLook(command: Document): boolean {
  const filter: Document = command['filter'] ?? {};
  return command['find'] === 'sessions' && DUE_TIMES.some((member) => member in filter);
}

/** What a command does, without the values of this run. */
function describe(command: Document, name: string): string {
  const collection = String(command[name]);
  if (name === 'find') {
    return `find ${collection}: ${Object.keys(command['filter'] as object).join(', ')}`;
  }
  if (name !== 'update') return `${name} ${collection}`;
  const changes = (command['updates'] as Document[]).map(({ u }) => setBy(u as Document));
  return `update ${collection}: ${[...new Set(changes)].join(' | ')}`;
}

/** The state a write moves to, or else the members it sets. */
function setBy(update: Document): string {
  const set: Document = (Array.isArray(update) ? update[0] : update)['$set'] ?? {};
  if (typeof set['state'] === 'string') return `state=${set['state']}`;
  return Object.keys(set)
    .filter((member) => !DUE_TIMES.includes(member))
    .join(', ');
}
