import { describe, expect, it } from '@jest/globals';
import { databaseAway } from '../../../../../test/support/database-faults.js';
import { aSession, at } from '../../../../../test/support/session.factory.js';
import { until } from '../../../../../test/support/until.js';
import type { HeardWords, LiveWords } from '../../turns/live-words.service.js';
import type { SocketPresence } from './socket-presence.service.js';
import { SocketSession } from './socket-session.js';
import { WordsRoom } from './words-queue.js';

/** A text frame of the SDK's protocol: field 1 holds field 3, the text. */
const TYPED = Buffer.from('\x0a\x07\x1a\x05Hello', 'latin1');

/** A socket before a database that is away for the first two attempts. */
function aSocket() {
  const heard: HeardWords[] = [];
  const words = {
    nowMs: () => at(0).getTime(),
    overhear: (_session: unknown, line: HeardWords) => {
      heard.push(line);
      return heard.length <= 2 ? Promise.reject(databaseAway()) : Promise.resolve();
    },
  } as unknown as LiveWords;
  const presence = {} as SocketPresence;
  const nothing = () => undefined;
  const socket = {
    session: aSession(),
    socketId: 'socket-1',
    sessionEnded: nothing,
    over: nothing,
    stored: nothing,
    room: new WordsRoom(),
    drain: new AbortController().signal,
  };
  return {
    socket: new SocketSession(socket, words, presence),
    heard,
  };
}

describe('a socket while the database is away', () => {
  it('has heard one turn, however often that is tried', async () => {
    const { socket, heard } = aSocket();
    socket.clientTyped(TYPED);
    await until('it is stored', async () => heard.length === 3);
    expect(new Set(heard.map(({ taskId }) => taskId)).size).toBe(1);
    expect(heard[0]).toMatchObject({ text: 'Hello', taskId: expect.any(String) });
  });
});
