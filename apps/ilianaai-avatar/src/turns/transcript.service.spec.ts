import { describe, expect, it } from '@jest/globals';
import { aSession, at, START } from '../../../../test/support/session.factory.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { SessionStore } from '../sessions/store/session-store.service.js';
import { TranscriptService } from './transcript.service.js';
import type { TurnRepository } from './turn.repository.js';
import type { TurnWriter } from './turn-writer.js';
import type { SourceLine } from './merge/source-line.js';

/** A transcript of which everything that is written can be read at once. */
function aTranscript() {
  const lines: SourceLine[] = [];
  let listed = 0;
  let touched = 0;
  const service = new TranscriptService(
    {
      write: (_session: unknown, line: SourceLine) => {
        lines.push(line);
        return Promise.resolve();
      },
    } as unknown as TurnWriter,
    {
      count: () => Promise.resolve(lines.length),
      list: () => {
        listed += 1;
        return Promise.resolve([...lines]);
      },
      placeAll: (_owner: unknown, placed: SourceLine[]) => {
        const added = placed.filter(({ key }) => lines.every((line) => line.key !== key));
        for (const line of placed) lines[placeOf(lines, line)] = line;
        return Promise.resolve(placed.length - added.length);
      },
    } as unknown as TurnRepository,
    {
      touchTranscript: () => {
        touched += 1;
        return Promise.resolve();
      },
    } as unknown as SessionStore,
    { now: () => START } as DatabaseClock,
  );
  const report = (more: Partial<Parameters<TranscriptService['report']>[1]> = {}) =>
    service.report(aSession(), {
      source: 'client',
      role: 'user',
      text: 'Hello',
      key: undefined,
      atMs: undefined,
      ...more,
    });
  return { service, lines, report, listed: () => listed, touched: () => touched };
}

function placeOf(lines: readonly SourceLine[], { key }: SourceLine): number {
  const index = lines.findIndex((line) => line.key === key);
  return index === -1 ? lines.length : index;
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

describe('a transcript that is asked for again', () => {
  const vendorSays = (text: string) => [{ role: 'avatar' as const, text, atMs: at(1).getTime() }];
  const textsOf = async (service: TranscriptService, session = aSession()) =>
    (await service.read(session)).turns.map(({ text }) => text);

  it('is put together once for any number of callers and for the number of its turns', async () => {
    const { service, report, listed } = aTranscript();
    await report();
    const session = aSession();
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => service.read(session)),
      ...Array.from({ length: 10 }, () => service.count(session)),
      service.read({ ...session, seenAt: at(9) }),
    ]);
    expect([listed(), answers.length]).toEqual([1, 21]);
    expect([await service.count(session), (await service.read(session)).turns.length]).toEqual([
      1, 1,
    ]);
    expect(listed()).toBe(1);
  });

  it('has what was reported before', async () => {
    const { service, report } = aTranscript();
    for (const text of ['one', 'two', 'three']) {
      const early = service.read(aSession());
      await report({ text });
      expect((await textsOf(service)).at(-1)).toBe(text);
      await early;
    }
  });

  it("has the vendor's longer line once the record says that one was replaced", async () => {
    const { service, touched } = aTranscript();
    await service.placeVendorLines(aSession(), vendorSays('Good'));
    expect([await textsOf(service), touched()]).toEqual([['Good'], 0]);
    await service.placeVendorLines(aSession(), vendorSays('Good morning'));
    expect(touched()).toBe(1);
    expect(await textsOf(service, { ...aSession(), rev: aSession().rev + 1 })).toEqual([
      'Good morning',
    ]);
  });

  it('is read from the store by whoever has stored turns under an older record', async () => {
    const { service } = aTranscript();
    await service.placeVendorLines(aSession(), vendorSays('Good'));
    await service.read(aSession());
    await service.placeVendorLines(aSession(), vendorSays('Good morning'));
    const { turns } = await service.readAnew(aSession());
    expect(turns.map(({ text }) => text)).toEqual(['Good morning']);
  });

  it('says that it was full when the session ended by it', async () => {
    const { service } = aTranscript();
    expect((await service.read(aSession())).truncated).toBe(false);
    const full = aSession({ endReason: 'transcript_full' });
    expect((await service.read(full)).truncated).toBe(true);
  });

  it('is read again once it was forgotten', async () => {
    const { service, report, listed } = aTranscript();
    await report();
    await service.read(aSession());
    service.forget(aSession().id);
    await service.count(aSession());
    expect(listed()).toBe(2);
  });
});
