import type { Connection, mongo } from 'mongoose';
import { DEADLINES } from './operation-deadlines.js';
import { withinDeadline } from './within-deadline.js';

/**
 * Sends a command that is about no collection.
 * @returns the answer; undefined before the first connection stands
 * @throws mongo.MongoNetworkTimeoutError behind the deadline
 */
export async function askServer(
  connection: Connection,
  command: mongo.Document,
  deadlineMs = DEADLINES.callMs,
): Promise<mongo.Document | undefined> {
  return withinDeadline(deadlineMs, async (signal) => connection.db?.command(command, { signal }));
}
