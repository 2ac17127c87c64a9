import { describe, expect, it } from '@jest/globals';
import { aSession, at, START } from '../../../../test/support/session.factory.js';
import type { DatabaseClock } from '../session-record/database-clock.js';
import { type ReportedTurn, TranscriptService } from './transcript.service.js';
import type { OwnedLine, TurnRepository } from './turn.repository.js';
import type { TurnWriter } from './turn-writer.js';
import type { WitnessLine } from './witness.js';

/** A transcript of which everything that is written can be read at once. */
function aTranscript() {
  const lines: WitnessLine[] = [];
  const service = new TranscriptService(
    {
      write: ({ line }: OwnedLine) => {
        lines.push(line);
        return Promise.resolve();
      },
    } as unknown as TurnWriter,
    {
      list: () => Promise.resolve(lines),
      placeAll: (_owner: unknown, placed: WitnessLine[]) => {
        lines.push(...placed);
        return Promise.resolve();
      },
    } as unknown as TurnRepository,
    { now: () => START } as DatabaseClock,
  );
  const report = (more: Partial<ReportedTurn> = {}) =>
    service.report(aSession(), {
      source: 'client',
      role: 'user',
      text: 'Hello',
      key: undefined,
      atMs: undefined,
      ...more,
    });
  return { service, lines, report };
}

const MINUTES = 60;

describe('a turn that a client reports', () => {
  it("keeps the client's key, or gets one of its own", async () => {
    const { lines, report } = aTranscript();
    expect(await report({ key: 'message-1' })).toBe('message-1');
    const key = await report();
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines.map((each) => each.key)).toEqual(['message-1', key]);
  });

  it.each([
    ['none', undefined, 0],
    ['now', 0, 0],
    ['ten minutes ago', -10 * MINUTES, -10 * MINUTES],
    ['in ten minutes', 10 * MINUTES, 10 * MINUTES],
    ['longer ago', -10 * MINUTES - 0.001, 0],
    ['later', 10 * MINUTES + 0.001, 0],
    ['in 1970', -START.getTime() / 1000 + 1, 0],
  ])("has the client's time within ten minutes of ours: %s", async (_what, offset, expected) => {
    const { lines, report } = aTranscript();
    await report({ atMs: offset === undefined ? undefined : at(offset).getTime() });
    expect(lines[0]?.atMs).toBe(at(expected).getTime());
  });

  it('is made well-formed before it is stored', async () => {
    const { lines, report } = aTranscript();
    await report({ text: 'a\ud83d b' });
    expect(lines[0]?.text).toBe('a\ufffd b');
  });

  it('stands after those that were reported before it in the same millisecond', async () => {
    const { service, report } = aTranscript();
    for (const text of ['one', 'two', 'three', 'four']) await report({ text });
    const { turns } = await service.read(aSession());
    expect(turns.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
  });
});

describe('a transcript', () => {
  it('is merged from what the client and the vendor heard', async () => {
    const { service, report } = aTranscript();
    await report({ text: 'hello  there.', atMs: at(3).getTime() });
    await service.placeVendorLines(aSession(), [
      { role: 'avatar', text: 'Welcome.', atMs: at(1).getTime() },
      { role: 'user', text: 'Hello there.', atMs: at(4).getTime() },
    ]);
    const { turns, truncated } = await service.read(aSession());
    expect(turns.map(({ text, sources }) => [text, ...sources])).toEqual([
      ['Welcome.', 'vendor'],
      ['Hello there.', 'vendor', 'client'],
    ]);
    expect(truncated).toBe(false);
  });

  it("is cut at the account's limit, and says so", async () => {
    const { service, report } = aTranscript();
    for (const text of ['one', 'two', 'three']) await report({ text });
    const session = aSession();
    const config = { ...session.config, maxTranscriptTurns: 2 };
    const { turns, truncated } = await service.read({ ...session, config });
    expect([turns.length, truncated]).toEqual([2, true]);
  });
});
