import { describe, expect, it } from '@jest/globals';
import { AvatarError } from '../../errors.js';
import {
  toCreatedSession,
  toSessionIds,
  toStartedSession,
  toTokenRequest,
  toTranscriptPage,
  toVendorRecord,
} from './liveavatar.mapper.js';

const VENDOR_ID = 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33';

const envelope = (data: unknown, code: unknown = 1000) => ({ code, data, message: 'ok' });

/** The outcome of a mapper: what it reads, or the code of its refusal. */
function outcome<T>(read: (body: unknown) => T, body: unknown): T | string {
  try {
    return read(body);
  } catch (error) {
    return error instanceof AvatarError ? error.code : `not ours: ${String(error)}`;
  }
}

const created = { session_id: VENDOR_ID, session_token: 'vendor-token' };
const started = {
  session_id: VENDOR_ID,
  livekit_url: 'wss://room.test',
  livekit_client_token: 'room-token',
  livekit_agent_token: 'servers-only',
  max_session_duration: 600,
  ws_url: null,
};
const line = { role: 'user', transcript: 'Hi', absolute_timestamp: 1_760_000_010 };
const page = { session_active: true, next_timestamp: 1_760_000_012, transcript_data: [line] };

const media = { hostSuffixes: ['room.test', 'socket.test'], isLoopbackAllowed: false };

const readers: [string, (body: unknown) => unknown, object][] = [
  ['a created session', toCreatedSession, created],
  ['a started session', (body) => toStartedSession(body, VENDOR_ID, media), started],
  ['a session record', toVendorRecord, { id: VENDOR_ID }],
  ['a transcript page', toTranscriptPage, page],
  ['a list of sessions', toSessionIds, { count: 0, results: [] }],
];

describe('an answer of LiveAvatar', () => {
  describe.each(readers)('that should be %s', (_what, read, data) => {
    it.each([1000, 100, 200, 0, '1000', '100', '200', '0', 'SUCCESS', 'success', null, undefined])(
      'is a success with code %p',
      (code) => {
        expect(outcome(read, envelope(data, code))).not.toBe('vendor_garbled');
      },
    );

    it.each([4003, -1, 1001, '1001', '4003', '', 'FAILED', true, [100], { $gt: 0 }])(
      'makes no sense with code %p',
      (code) => {
        expect(outcome(read, envelope(data, code))).toBe('vendor_garbled');
      },
    );

    it.each([
      [null],
      [undefined],
      [[]],
      ['<html></html>'],
      [7],
      [{}],
      [{ code: 1000 }],
      [envelope(null)],
      [envelope([data])],
      [envelope('data')],
      [data],
      [[envelope(data)]],
    ])('makes no sense when it is %j', (body) => {
      expect(outcome(read, body)).toBe('vendor_garbled');
    });
  });
});

describe('the token request', () => {
  const settings = {
    avatarId: 'avatar-1',
    voiceId: 'voice-1',
    contextId: 'context-1',
    language: 'de',
    maxSessionSeconds: 600,
  };

  it('holds what the account is configured for and nothing else', () => {
    expect(toTokenRequest(settings)).toEqual({
      mode: 'FULL',
      avatar_id: 'avatar-1',
      max_session_duration: 600,
      avatar_persona: { voice_id: 'voice-1', context_id: 'context-1', language: 'de' },
    });
  });

  it('leaves out what the account has not', () => {
    const bare = toTokenRequest({ ...settings, voiceId: null, contextId: null });
    expect(bare.avatar_persona).toEqual({ language: 'de' });
    expect(JSON.stringify(bare)).not.toContain('null');
  });
});

describe('a created session', () => {
  it("has the vendor's id and token", () => {
    expect(toCreatedSession(envelope({ ...created, more: 1 }))).toMatchObject({
      vendorSessionId: VENDOR_ID,
      vendorToken: 'vendor-token',
    });
  });

  it.each([
    ['session_id', ['', null, 7, {}, 'a/b', '../v2', 'a b', 'x'.repeat(129), [VENDOR_ID]]],
    ['session_token', ['', null, 7, {}, 'x'.repeat(16_385)]],
  ])('makes no sense with a wrong %s', (member, values) => {
    for (const value of [...values, undefined]) {
      const body = envelope({ ...created, [member]: value });
      expect(outcome(toCreatedSession, body)).toBe('vendor_garbled');
    }
  });
});

describe('a started session', () => {
  const read = (more: object) =>
    outcome((body) => toStartedSession(body, VENDOR_ID, media), envelope({ ...started, ...more }));

  it('has what the browser needs and never the credential of a server', () => {
    expect(read({})).toEqual({
      media: { livekit_url: 'wss://room.test', livekit_client_token: 'room-token' },
      maxSessionSeconds: 600,
    });
    expect(JSON.stringify(read({}))).not.toContain('servers-only');
  });

  it('may have a socket of its own, and no limit', () => {
    expect(read({ ws_url: 'wss://socket.test', max_session_duration: null })).toMatchObject({
      media: { ws_url: 'wss://socket.test' },
      maxSessionSeconds: null,
    });
    expect(read({ max_session_duration: undefined })).toMatchObject({ maxSessionSeconds: null });
  });

  it('is the one that was asked for, or none', () => {
    for (const session_id of ['other', undefined, null, [VENDOR_ID]]) {
      expect(read({ session_id })).toBe('vendor_garbled');
    }
  });

  it.each([
    ['livekit_url', ['', null, undefined, 7, {}, 'x'.repeat(2_049)]],
    ['livekit_client_token', ['', null, undefined, 7, {}]],
    ['max_session_duration', ['600', {}, true, Number.NaN]],
  ])('makes no sense with a wrong %s', (member, values) => {
    for (const value of values) expect(read({ [member]: value })).toBe('vendor_garbled');
  });
});

describe('a session record', () => {
  const read = (data: object) => toVendorRecord(envelope({ id: VENDOR_ID, ...data }));

  it.each([{}, { end_at: null, end_reason: null }, { duration: 190, updated_at: '2026-10-01' }])(
    'without an end is live: %j',
    (data) => {
      expect(read(data)).toEqual({ state: 'live' });
    },
  );

  it.each([
    ['IDLE_TIMEOUT', 'idle'],
    ['MAX_DURATION_REACHED', 'max_duration'],
    ['USER_CLOSED', 'visitor_ended'],
    ['USER_DISCONNECTED', 'visitor_left'],
    ['ZOMBIE_SESSION_REAP', 'visitor_left'],
    ['SERVER_ERROR', 'vendor_fault'],
    ['DISPATCH_FAILED', 'vendor_fault'],
    ['UNKNOWN', 'vendor_ended'],
    ['NO_CREDITS', 'no_credits'],
    ['AVATAR_DELETED', 'vendor_ended'],
    ['AGENT_HANG_UP', 'vendor_ended'],
    ['SOMETHING_NEW', 'vendor_ended'],
    ['constructor', 'vendor_ended'],
    ['toString', 'vendor_ended'],
    ['__proto__', 'vendor_ended'],
  ])('that ended by %s ended for us by %s', (end_reason, endReason) => {
    expect(read({ end_reason, end_at: '2026-10-01T09:03:10Z' })).toEqual({
      state: 'ended',
      endReason,
      endedAt: new Date('2026-10-01T09:03:10Z'),
      billed: null,
    });
  });

  it('has ended where only one of the two members says so', () => {
    expect(read({ end_at: '2026-10-01T09:03:10Z' })).toMatchObject({
      state: 'ended',
      endReason: 'vendor_ended',
    });
    expect(read({ end_reason: 'IDLE_TIMEOUT' })).toEqual({
      state: 'ended',
      endReason: 'idle',
      endedAt: null,
      billed: null,
    });
  });

  it.each([
    [
      { duration: 190, credits_consumed: '8' },
      { seconds: 190, credits: 8 },
    ],
    [
      { duration: 190, credits_consumed: 8 },
      { seconds: 190, credits: 8 },
    ],
    [
      { duration: '190', credits_consumed: '6.5' },
      { seconds: 190, credits: 6.5 },
    ],
    [{ duration: 190.2 }, { seconds: 191, credits: null }],
    [
      { duration: 0, credits_consumed: '0' },
      { seconds: 0, credits: 0 },
    ],
    [
      { duration: 190, credits_consumed: 'many' },
      { seconds: 190, credits: null },
    ],
    [
      { duration: 190, credits_consumed: -1 },
      { seconds: 190, credits: null },
    ],
    // What Petya would refuse, and with it what was said, is no bill.
    [
      { duration: 190, credits_consumed: 10_000_000 },
      { seconds: 190, credits: 10_000_000 },
    ],
    [
      { duration: 190, credits_consumed: 1e308 },
      { seconds: 190, credits: null },
    ],
    [{ duration: 1e308, credits_consumed: '8' }, null],
    [{ credits_consumed: '8' }, null],
    [{ duration: null, credits_consumed: '8' }, null],
    [{ duration: 'long' }, null],
    [{ duration: '' }, null],
    [{ duration: -1 }, null],
    [{ duration: [190] }, null],
    [{ duration: Number.POSITIVE_INFINITY }, null],
  ])('bills what it says: %j', (said, billed) => {
    expect(read({ end_reason: 'IDLE_TIMEOUT', ...said })).toMatchObject({ billed });
  });

  it('ended nobody knows when where the date is none', () => {
    expect(read({ end_at: 'yesterday' })).toMatchObject({ state: 'ended', endedAt: null });
  });
});

describe('a transcript page', () => {
  const read = (more: object) => outcome(toTranscriptPage, envelope({ ...page, ...more }));
  const readLine = (more: object) => read({ transcript_data: [line, { ...line, ...more }] });

  it('has its lines with their time in milliseconds, and where the next one starts', () => {
    const greeting = { role: 'avatar', transcript: 'Hello', absolute_timestamp: 1_760_000_001.25 };
    expect(read({ transcript_data: [greeting, line] })).toEqual({
      isLive: true,
      lines: [
        { role: 'avatar', text: 'Hello', atMs: 1_760_000_001_250 },
        { role: 'user', text: 'Hi', atMs: 1_760_000_010_000 },
      ],
      next: 1_760_000_012,
    });
  });

  it('keeps text of every kind', () => {
    for (const transcript of ['', '\u0000', '😀', 'a\ud83d', '$where']) {
      expect(readLine({ transcript })).toMatchObject({ lines: [{}, { text: transcript }] });
    }
  });

  it.each([false, null, undefined, 'true', 1])(
    'is of an ended session unless it says true: %p',
    (value) => {
      expect(read({ session_active: value })).toMatchObject({ isLive: false });
    },
  );

  it.each([null, undefined, 0, -1, '0', '-1', 'soon', '', Infinity, {}])(
    'is the last one with next %p',
    (next) => {
      expect(read({ next_timestamp: next })).toMatchObject({ next: null });
    },
  );

  it.each([[null], [undefined], [{}], ['text'], [[null]], [['text']], [[[line]]]])(
    'makes no sense with the lines %j',
    (transcript_data) => {
      expect(read({ transcript_data })).toBe('vendor_garbled');
    },
  );

  it.each([
    ['USER', 'user'],
    ['human', 'user'],
    ['assistant', 'avatar'],
    ['constructor', 'avatar'],
    [null, 'avatar'],
    [7, 'avatar'],
  ])('keeps the words of a line whose role is %p, as those of the %s', (role, read) => {
    expect(readLine({ role })).toMatchObject({ lines: [{}, { role: read, text: 'Hi' }] });
  });

  it.each([null, undefined, 'now', '', '0', '-5', 0, -1, Infinity, {}])(
    'puts a line with the time %p at the time of the line before it',
    (absolute_timestamp) => {
      expect(readLine({ absolute_timestamp })).toMatchObject({
        lines: [{}, { text: 'Hi', atMs: 1760000010000 }],
      });
    },
  );

  it.each([
    ['seconds as text', '1760000020.5', 1_760_000_020_500],
    ['milliseconds as text', '1760000020500', 1_760_000_020_500],
    ['a date', '2025-10-09T08:53:40.500Z', 1_760_000_020_500],
    ['a date of another zone', '2025-10-09T10:53:40+02:00', 1_760_000_020_000],
    ['a date with more than milliseconds', '2025-10-09T08:53:40.500123+00:00', 1_760_000_020_500],
  ])('reads a time that is %s', (_what, time, atMs) => {
    for (const times of [
      { absolute_timestamp: time },
      { absolute_timestamp: 0, timestamp: time },
      { absolute_timestamp: '', timestamp: time },
    ]) {
      expect(readLine(times)).toMatchObject({ lines: [{}, { text: 'Hi', atMs }] });
    }
    expect(read({ next_timestamp: time })).toMatchObject({ next: expect.any(Number) });
  });

  it('puts the first lines without a time at the time of the one behind them', () => {
    const greeting = { role: 'avatar', transcript: 'Hello', absolute_timestamp: 0 };
    const question = { role: 'avatar', transcript: 'How can I help?' };
    expect(read({ transcript_data: [greeting, question, line] })).toMatchObject({
      lines: [
        { text: 'Hello', atMs: 1_760_000_010_000 },
        { text: 'How can I help?', atMs: 1_760_000_010_000 },
        { text: 'Hi', atMs: 1_760_000_010_000 },
      ],
    });
  });

  it.each([
    ['one is empty', { transcript: '', text: 'Hi' }],
    ['one is null', { transcript: null, text: 'Hi' }],
    ['one is no text', { transcript: [], text: 'Hi' }],
    ['both are there', { transcript: 'Hi', text: 'Ho' }],
  ])('has the words of one member where %s', (_what, words) => {
    expect(readLine(words)).toMatchObject({ lines: [{}, { text: 'Hi' }] });
  });

  it.each([null, undefined, 7, {}, ['Hi']])(
    'passes over a line with the words %p',
    (transcript) => {
      expect(readLine({ transcript })).toMatchObject({ lines: [{ text: 'Hi' }] });
    },
  );
});
