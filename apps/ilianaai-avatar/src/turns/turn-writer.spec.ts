import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { aSession, START } from '../../../../test/support/session.factory.js';
import type { AvatarConfig } from '../config/avatar-config.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { Session } from '../sessions/domain/session.js';
import type { SessionStore } from '../sessions/store/session-store.service.js';
import type { TurnRepository } from './turn.repository.js';
import { TurnWriter } from './turn-writer.js';

const NOW_MS = 100_000;
/** Half the gap between the two last readings, within which nothing that was open is closed. */
const SURE_MS = 1_000;

const active = (more: Partial<Session> = {}): Session => ({
  ...aSession(),
  state: 'active',
  ...more,
});

/** What a turn waits for before it is acknowledged, of a session that was read at some time. */
async function waitsFor(session: Session, readAtMs: number, isClosing = false) {
  const asked: string[] = [];
  const turns = { insertAll: async (lines: readonly unknown[]) => lines.map(() => 'stored') };
  const sessions = {
    readAtMs: () => readAtMs,
    isAnyClosing: async () => {
      asked.push('asks');
      return isClosing;
    },
    countTurns: async () => void asked.push('counts'),
  };
  jest.spyOn(performance, 'now').mockReturnValue(NOW_MS);
  const writer = new TurnWriter(
    turns as unknown as TurnRepository,
    sessions as unknown as SessionStore,
    { now: () => START } as DatabaseClock,
    { budgets: { finalReadGapSeconds: (2 * SURE_MS) / 1000 } } as AvatarConfig,
  );
  const line = {
    source: 'client',
    key: 'k',
    role: 'user',
    text: 'Hi',
    atMs: 0,
    position: 1,
  } as const;
  await writer.write(session, line);
  const before = [...asked];
  await writer.onApplicationShutdown();
  return before;
}

afterEach(() => void jest.restoreAllMocks());

describe('a turn', () => {
  it.each<[string, Session, number, boolean, string[]]>([
    ['of a session that was just read', active(), NOW_MS, false, []],
    ['of one read a moment ago', active(), NOW_MS - SURE_MS + 1, false, []],
    ['of one read longer ago', active(), NOW_MS - SURE_MS, false, ['asks']],
    ['of one that closes meanwhile', active(), NOW_MS - SURE_MS, true, ['asks', 'counts']],
    ['of one whose reading nobody knows', active(), -Infinity, false, ['counts']],
    ['of one that was read as ended', active({ state: 'stopped' }), NOW_MS, false, ['counts']],
    ['near the most turns', active({ turns: 4_500 }), NOW_MS, false, ['counts']],
    ['near the most text', active({ textBytes: 3 * 1024 * 1024 }), NOW_MS, false, ['counts']],
  ])('%s waits for what it has to', async (_what, session, readAtMs, isClosing, expected) => {
    const config = { ...session.config, maxTranscriptTurns: 5_000 };
    expect(await waitsFor({ ...session, config }, readAtMs, isClosing)).toEqual(expected);
  });
});
