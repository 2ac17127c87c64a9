import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { deliver, makeTenant, type Tenant, turn } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  tenant = await makeTenant(petya);
});
afterAll(() => petya.stop());

const said = [
  turn('avatar', 'Hello, how can I help?', 1_760_000_001),
  turn('user', 'What are your opening hours?', 1_760_000_010),
];

describe('what a delivery does', () => {
  it('stores the transcript and completes the conversation', async () => {
    const id = await tenant.openConversation();
    const answer = await deliver(petya, id, {
      sessionId: 'session-1',
      accountId: tenant.accountId,
      status: 'completed',
      endReason: 'visitor_ended',
      durationSeconds: 61.5,
      truncated: false,
      complete: true,
      version: 1,
      transcript: said,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      conversationId: id,
      sessionId: 'session-1',
      status: 'completed',
      version: 1,
      duplicate: false,
      stale: false,
    });
    const page = await tenant.read(id);
    expect(page.status).toBe('completed');
    expect(page.sessions).toEqual([
      {
        sessionId: 'session-1',
        status: 'completed',
        version: 1,
        endReason: 'visitor_ended',
        durationSeconds: 61.5,
        truncated: false,
        complete: true,
      },
    ]);
    expect(
      page.transcript.map(({ role, transcript, timestamp }) => [role, transcript, timestamp]),
    ).toEqual([
      ['avatar', 'Hello, how can I help?', '2025-10-09T08:53:21.000Z'],
      ['user', 'What are your opening hours?', '2025-10-09T08:53:30.000Z'],
    ]);
  });

  it('needs no more than session, status and transcript, and is version 1 then', async () => {
    const id = await tenant.openConversation();
    const body = { sessionId: 'minimal', status: 'active', transcript: [] };
    const answer = await deliver(petya, id, body);
    expect(answer.body).toMatchObject({ status: 'active', version: 1, duplicate: false });
  });

  it('reads seconds and milliseconds, whole and decimal, from either time member', async () => {
    const id = await tenant.openConversation();
    const times = [
      { timestamp: 1_760_000_001 },
      { timestamp: 1_760_000_001_500 },
      { absolute_timestamp: 1_760_000_002.25 },
      { absolute_timestamp: 1_760_000_003_000.4 },
      { timestamp: 4, absolute_timestamp: 1_760_000_004 },
    ];
    const transcript = times.map((time, index) => ({
      role: 'user',
      transcript: `${index}`,
      ...time,
    }));
    await deliver(petya, id, { sessionId: 'times', status: 'completed', transcript });
    const page = await tenant.read(id);
    expect(page.transcript.map((each) => [each.transcript, each.timestamp])).toEqual([
      ['0', '2025-10-09T08:53:21.000Z'],
      ['1', '2025-10-09T08:53:21.500Z'],
      ['2', '2025-10-09T08:53:22.250Z'],
      ['3', '2025-10-09T08:53:23.000Z'],
      ['4', '2025-10-09T08:53:24.000Z'],
    ]);
    const stored = await petya.connection
      .collection('conversations')
      .findOne({ sessionId: 'times' });
    expect(stored?.['transcript'][0].timestamp).toBeInstanceOf(Date);
  });

  it('refuses a turn that has no time at all', async () => {
    const id = await tenant.openConversation();
    const transcript = [{ role: 'user', transcript: 'when?' }];
    const answer = await deliver(petya, id, { sessionId: 's', status: 'completed', transcript });
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual(['/transcript/0/timestamp']);
  });

  it('keeps turns of the same instant in the order they were delivered in', async () => {
    const id = await tenant.openConversation();
    const words = Array.from({ length: 12 }, (_unused, index) => `word ${index}`);
    const transcript = words.map((word) => turn('avatar', word, 1_760_000_000));
    await deliver(petya, id, { sessionId: 'same-instant', status: 'completed', transcript });
    const page = await tenant.read(id);
    expect(page.transcript.map((each) => each.transcript)).toEqual(words);
  });

  it.each([
    ['a dollar sign first', '$ROOT and $$NOW'],
    ['dots and operators', '{"$ne": null}.a.b'],
    ['HTML', '<script>alert(1)</script>'],
    ['ANSI escapes', '\u001b[31mred\u001b[0m'],
    ['emoji', '👩‍👩‍👧‍👦 family'],
    ['right to left', 'مرحبا بالعالم'],
    ['NUL', 'a\u0000b'],
    ['nothing', ''],
  ])('stores text with %s as it is', async (_name, text) => {
    const id = await tenant.openConversation();
    const transcript = [turn('user', text, 1_760_000_000)];
    await deliver(petya, id, { sessionId: 'text', status: 'completed', transcript });
    expect((await tenant.read(id)).transcript[0]?.transcript).toBe(text);
  });

  it('stores a lone surrogate as U+FFFD, and knows the repeat of it', async () => {
    const id = await tenant.openConversation();
    const body = (text: string) => ({
      sessionId: 'surrogate',
      status: 'completed',
      transcript: [turn('user', text, 1_760_000_000)],
    });
    await deliver(petya, id, body('broken \ud800 text'));
    const repeat = await deliver(petya, id, body('broken \ufffd text'));
    expect(repeat.body.duplicate).toBe(true);
    expect((await tenant.read(id)).transcript[0]?.transcript).toBe('broken \ufffd text');
  });
});

describe('repeats and versions', () => {
  it('takes version 1, knows it again, takes 2, and ignores 1 from then on', async () => {
    const id = await tenant.openConversation();
    const body = (version: number, transcript = said.slice(0, version)) => ({
      sessionId: 'versions',
      status: 'completed',
      version,
      transcript,
    });
    const answers = [];
    for (const version of [1, 1, 2, 1]) {
      const { status, body: result } = await deliver(petya, id, body(version));
      answers.push([status, result.version, result.duplicate, result.stale]);
    }
    expect(answers).toEqual([
      [200, 1, false, false],
      [200, 1, true, false],
      [200, 2, false, false],
      [200, 2, false, true],
    ]);
    expect((await tenant.read(id)).transcript).toHaveLength(2);
  });

  it('knows a repeat whose times are written in the other unit', async () => {
    const id = await tenant.openConversation();
    const body = (at: number) => ({
      sessionId: 'units',
      status: 'completed',
      transcript: [turn('user', 'hi', at)],
    });
    await deliver(petya, id, body(1_760_000_001));
    const repeat = await deliver(petya, id, body(1_760_000_001_000));
    expect(repeat.body.duplicate).toBe(true);
  });

  it.each([
    ['another text', { transcript: [turn('user', 'other', 1_760_000_001)] }],
    ['another status', { status: 'failed' }],
    ['another end reason', { endReason: 'idle' }],
    ['another duration', { durationSeconds: 3 }],
    ['another completeness', { complete: false }],
  ])('refuses the same version with %s and changes nothing', async (_name, change) => {
    const id = await tenant.openConversation();
    const body = {
      sessionId: 'conflict',
      status: 'completed',
      version: 1,
      transcript: [turn('user', 'first', 1_760_000_001)],
    };
    await deliver(petya, id, body);
    expectProblem(await deliver(petya, id, { ...body, ...change }), 409, 'delivery_conflict');
    const page = await tenant.read(id);
    expect(page.transcript.map((each) => each.transcript)).toEqual(['first']);
    expect(page.status).toBe('completed');
  });

  it('applies one of 50 identical deliveries and knows the other 49', async () => {
    const id = await tenant.openConversation();
    const body = { sessionId: 'fifty', status: 'completed', transcript: said };
    const answers = await Promise.all(Array.from({ length: 50 }, () => deliver(petya, id, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(50).fill(200));
    expect(answers.filter((answer) => !answer.body.duplicate)).toHaveLength(1);
    const page = await tenant.read(id);
    expect(page.transcript).toHaveLength(2);
    expect(page.sessions).toHaveLength(1);
  });

  it('applies one of 50 identical deliveries that make their conversation', async () => {
    const body = {
      sessionId: 'made-by-fifty',
      accountId: tenant.accountId,
      status: 'completed',
      transcript: said,
    };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => deliver(petya, 'made-by-fifty', body)),
    );
    expect(answers.filter((answer) => !answer.body.duplicate)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.body.conversationId)).size).toBe(1);
    const own = { accountId: tenant.accountId, externalId: 'made-by-fifty' };
    expect(await petya.connection.collection('conversations').countDocuments(own)).toBe(1);
  });

  it('ends with the highest version when versions race', async () => {
    const id = await tenant.openConversation();
    const versions = Array.from({ length: 20 }, (_unused, index) => index + 1);
    await Promise.all(
      versions.map((version) =>
        deliver(petya, id, {
          sessionId: 'race',
          status: 'completed',
          version,
          transcript: [turn('user', `version ${version}`, 1_760_000_000)],
        }),
      ),
    );
    const page = await tenant.read(id);
    expect(page.transcript.map((each) => each.transcript)).toEqual(['version 20']);
    expect(page.sessions[0]?.version).toBe(20);
  });
});

describe('several sessions of one conversation', () => {
  it('keeps both when two are delivered at the same instant', async () => {
    const id = await tenant.openConversation();
    const body = (sessionId: string, at: number) => ({
      sessionId,
      accountId: tenant.accountId,
      status: 'completed',
      transcript: [turn('user', `from ${sessionId}`, at)],
    });
    const answers = await Promise.all([
      deliver(petya, id, body('one', 1_760_000_020)),
      deliver(petya, id, body('two', 1_760_000_010)),
    ]);
    expect(answers.map((answer) => answer.body.duplicate)).toEqual([false, false]);
    const page = await tenant.read(id);
    expect(page.transcript.map((each) => each.transcript)).toEqual(['from two', 'from one']);
    expect(page.sessions.map((each) => each.sessionId).toSorted()).toEqual(['one', 'two']);
  });

  it('keeps all of 30 that are delivered at the same instant', async () => {
    const id = await tenant.openConversation();
    await Promise.all(
      Array.from({ length: 30 }, (_unused, index) =>
        deliver(petya, id, {
          sessionId: `s${index}`,
          status: 'completed',
          transcript: [turn('user', `${index}`, 1_760_000_000 + index)],
        }),
      ),
    );
    const page = await tenant.read(id);
    expect(page.transcript.map((each) => Number(each.transcript))).toEqual(
      Array.from({ length: 30 }, (_unused, index) => index),
    );
  });

  it("replaces the turns of the delivery's own session only", async () => {
    const id = await tenant.openConversation();
    const body = (sessionId: string, version: number, text: string, at: number) => ({
      sessionId,
      version,
      status: 'completed',
      transcript: [turn('user', text, at)],
    });
    await deliver(petya, id, body('a', 1, 'a first', 1_760_000_001));
    await deliver(petya, id, body('b', 1, 'b first', 1_760_000_002));
    await deliver(petya, id, body('a', 2, 'a second', 1_760_000_003));
    const page = await tenant.read(id);
    expect(page.transcript.map((each) => each.transcript)).toEqual(['b first', 'a second']);
  });
});

describe('the status of the conversation', () => {
  it.each(['completed', 'failed'])('is not reopened from %s by a late active', async (ended) => {
    const id = await tenant.openConversation();
    const body = { sessionId: 'late', transcript: [] };
    await deliver(petya, id, { ...body, status: ended, version: 1 });
    const late = await deliver(petya, id, { ...body, status: 'active', version: 2 });
    expect(late.body).toMatchObject({ status: ended, duplicate: false, stale: false });
    const page = await tenant.read(id);
    expect(page.status).toBe(ended);
    expect(page.sessions[0]?.status).toBe(ended);
  });

  it('becomes failed when the session failed', async () => {
    const id = await tenant.openConversation();
    const answer = await deliver(petya, id, {
      sessionId: 'fault',
      status: 'failed',
      endReason: 'vendor_fault',
      transcript: [],
    });
    expect(answer.body.status).toBe('failed');
    expect((await tenant.read(id)).status).toBe('failed');
  });
});

describe('which conversation an id means', () => {
  const body = { sessionId: 'which', status: 'completed', transcript: said };

  it('finds one by its externalId inside the account', async () => {
    const id = await tenant.openConversation({ externalId: 'sell-embedded-7' });
    const answer = await deliver(petya, 'sell-embedded-7', {
      ...body,
      accountId: tenant.accountId,
    });
    expect(answer.body.conversationId).toBe(id);
    expect((await tenant.read(id)).transcript).toHaveLength(2);
  });

  it('finds one by its own id only when no account is given', async () => {
    const id = await tenant.openConversation({ externalId: 'sell-embedded-8' });
    expectProblem(await deliver(petya, 'sell-embedded-8', body), 404, 'not_found');
    expect((await deliver(petya, id, body)).status).toBe(200);
  });

  it('makes one under the id for a known account, and finds it by that id again', async () => {
    const sessionId = 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33';
    const delivery = { ...body, sessionId, accountId: tenant.accountId };
    const first = await deliver(petya, sessionId, {
      ...delivery,
      status: 'active',
      transcript: [],
    });
    const second = await deliver(petya, sessionId, { ...delivery, version: 2 });
    expect(second.body.conversationId).toBe(first.body.conversationId);
    const page = await tenant.read(sessionId);
    expect(page).toMatchObject({ externalId: sessionId, status: 'completed' });
    expect(page.transcript).toHaveLength(2);
  });

  it('answers 404 for an unknown id without an account and with an unknown one', async () => {
    expectProblem(await deliver(petya, 'nobody-knows', body), 404, 'not_found');
    const stranger = { ...body, accountId: '0123456789abcdef01234567' };
    expectProblem(await deliver(petya, 'nobody-knows', stranger), 404, 'not_found');
    const records = await petya.connection.collection('conversations').find().toArray();
    expect(records.length).toBeGreaterThan(0);
    expect(records.map(({ externalId }) => externalId as unknown)).not.toContain('nobody-knows');
  });

  it("never touches another account's conversation", async () => {
    const id = await tenant.openConversation({ externalId: 'shared-name' });
    const other = await makeTenant(petya);
    const byOwnId = await deliver(petya, id, { ...body, accountId: other.accountId });
    const byName = await deliver(petya, 'shared-name', { ...body, accountId: other.accountId });
    expect(byOwnId.body.conversationId).not.toBe(id);
    expect(byName.body.conversationId).not.toBe(id);
    expect((await tenant.read(id)).transcript).toEqual([]);
  });
});
