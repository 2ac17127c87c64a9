import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope, TranscriptViewDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { undoStanding } from '../support/undo-standing.js';
import { expectProblem, expectSafeHeaders, pointers } from './vendor-shaped-problem.js';
import { startedVisit, visit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

const LIMIT_BYTES = 32 * 1024;

let world: World;
let shop: Tenant;
let talk: Visit;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
beforeEach(async () => {
  talk = await startedVisit(world.avatar, shop);
});
afterAll(() => world.stop());

const ROUTE = '/v1/streaming.avatar_message';

/** The stored transcript with its times, in Unix seconds. */
async function transcript({ sessionId, token }: Visit) {
  const { body } = await world.avatar.call<Envelope<TranscriptViewDto>>(
    'GET',
    `/v1/sessions/${sessionId}/transcript`,
    { headers: { authorization: `Bearer ${token}` } },
  );
  return body.data.transcript_data;
}

describe('POST /v1/streaming.avatar_message', () => {
  it.each(['', '/api/v1/avatar'])(
    'below "%s" is answered once the turn is stored',
    async (base) => {
      const answer = await world.avatar.call('POST', `${base}${ROUTE}`, {
        headers: { authorization: `Bearer ${talk.token}` },
        json: { session_id: talk.sessionId, text: 'We open at nine.', message_id: 'm-1' },
      });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        code: 1000,
        message: expect.any(String),
        data: { session_id: talk.sessionId, message_id: 'm-1' },
      });
      expectSafeHeaders(answer);
      const stored = await world.avatar.connection
        .collection('turns')
        .findOne({ text: 'We open at nine.', key: 'm-1', accountId: shop.accountId });
      expect(stored).toMatchObject({ role: 'avatar', source: 'client' });
    },
  );

  it('is the avatar’s turn unless it says that the visitor spoke', async () => {
    await talk.say('Hello.');
    await talk.say('Hi, when do you open?', { role: 'user' });
    await talk.say('At nine.', { role: 'avatar' });
    expect(await talk.lines()).toEqual([
      'avatar: Hello.',
      'user: Hi, when do you open?',
      'avatar: At nine.',
    ]);
  });

  it('gives a turn without an id one of ours', async () => {
    const { body } = await talk.say('Hello.');
    expect(body.data.message_id).toMatch(/^[\w.:-]{1,128}$/);
  });

  it('takes the customer’s key, and finds nothing for another account’s', async () => {
    const json = { session_id: talk.sessionId, text: 'From the server.' };
    const post = ({ key }: Tenant) =>
      world.avatar.call('POST', ROUTE, { headers: { 'x-api-key': key }, json });
    expect((await post(shop)).status).toBe(200);
    expectProblem(await post(await world.customer()), 404, 'not_found', {
      notEchoed: [talk.sessionId, 'From the server'],
    });
    expect(await talk.lines()).toEqual(['avatar: From the server.']);
  });

  it('is refused for the session of another token', async () => {
    const other = await startedVisit(world.avatar, shop);
    const answer = await talk.say('Into a stranger’s ear.', { session_id: other.sessionId });
    expectProblem(answer, 401, 'token_invalid');
    expect(await other.lines()).toEqual([]);
  });

  it('is refused before the start and after the end', async () => {
    const early = await visit(world.avatar, shop);
    expectProblem(await early.say('Too early.'), 409, 'not_started', { notEchoed: ['early'] });
    await talk.stop();
    expectProblem(await talk.say('Too late.'), 410, 'session_ended', { notEchoed: ['late'] });
    expect(await talk.lines()).toEqual([]);
  });
});

describe('a message that is sent again', () => {
  it('with the same text is one turn, answered 200 each time', async () => {
    const again = () => talk.say('Once.', { message_id: 'm-1', role: 'user' });
    const answers = [await again(), await again(), ...(await Promise.all([again(), again()]))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await talk.lines()).toEqual(['user: Once.']);
  });

  it('with another text or from another mouth is refused, and the first stands', async () => {
    await talk.say('The first.', { message_id: 'm-1' });
    const other = await talk.say('The second.', { message_id: 'm-1' });
    expectProblem(other, 409, 'message_conflict', { notEchoed: ['first', 'second'] });
    const swapped = await talk.say('The first.', { message_id: 'm-1', role: 'user' });
    expectProblem(swapped, 409, 'message_conflict');
    expect(await talk.lines()).toEqual(['avatar: The first.']);
  });

  it('is a turn where the first one was undone meanwhile, as at an election', async () => {
    const turn = { accountId: shop.accountId, text: 'Undone.' };
    await talk.say('Undone.', { message_id: 'm-1' });
    undoStanding(world.avatar.connection, 'turns', 'insertMany', turn);
    expect((await talk.say('The second.', { message_id: 'm-1' })).status).toBe(200);
    expect(await talk.lines()).toEqual(['avatar: The second.']);
  });

  it('in another session is a turn of that session', async () => {
    const other = await startedVisit(world.avatar, shop);
    await talk.say('Here.', { message_id: 'm-1' });
    expect((await other.say('There.', { message_id: 'm-1' })).status).toBe(200);
    expect(await other.lines()).toEqual(['avatar: There.']);
  });

  it('with a broken character is the same turn, because it is stored whole', async () => {
    const say = () => talk.say('broken \ud83d here', { message_id: 'm-1' });
    expect((await say()).status).toBe(200);
    expect((await say()).status).toBe(200);
    expect(await talk.lines()).toEqual(['avatar: broken \ufffd here']);
  });
});

describe('the time of a turn', () => {
  const MINUTE = 60;
  const now = () => Math.floor(Date.now() / 1000);

  it.each([
    ['in seconds', (at: number) => at],
    ['in milliseconds', (at: number) => at * 1000],
    ['in seconds with decimals', (at: number) => at + 0.25],
  ])('is the client’s, given %s', async (_unit, write) => {
    const at = now() - 9 * MINUTE;
    await talk.say('Nine minutes ago.', { timestamp: write(at) });
    expect((await transcript(talk))[0]?.timestamp).toBeCloseTo(at, 0);
  });

  it.each([
    ['long ago', () => now() - 11 * MINUTE],
    ['far ahead', () => now() + 11 * MINUTE],
    ['in 1970', () => 1],
  ])('is ours when the client’s is %s', async (_when, at) => {
    await talk.say('When?', { timestamp: at() });
    const [turn] = await transcript(talk);
    expect(Math.abs((turn?.timestamp ?? 0) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('orders what was posted in another order', async () => {
    const at = now();
    await talk.say('second', { timestamp: at - 5 });
    await talk.say('first', { timestamp: at - 10 });
    expect(await talk.lines()).toEqual(['avatar: first', 'avatar: second']);
  });

  it.each(['1e400', '-0', '9007199254740993', '0', '-1', '"1760000000"', 'null', 'true', '[1]'])(
    'is refused as %s',
    async (literal) => {
      const answer = await world.avatar.call('POST', ROUTE, {
        headers: { authorization: `Bearer ${talk.token}` },
        raw: `{"session_id":"${talk.sessionId}","text":"When?","timestamp":${literal}}`,
      });
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['/timestamp']);
    },
  );
});

describe('the text of a turn', () => {
  it.each([
    ['letters', 'x'.repeat(LIMIT_BYTES)],
    ['characters of three bytes', '日'.repeat(LIMIT_BYTES / 3) + 'xx'],
    ['characters of four bytes', '🙂'.repeat(LIMIT_BYTES / 4)],
    ['control characters, six bytes each in JSON', '\u0001'.repeat(LIMIT_BYTES)],
  ])('may have 32 KiB of %s and not one byte more', async (_what, text) => {
    expect(Buffer.byteLength(text)).toBe(LIMIT_BYTES);
    expect((await talk.say(text)).status).toBe(200);
    const answer = await talk.say(`${text}x`);
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual(['/text']);
    expect(await talk.lines()).toEqual([`avatar: ${text}`]);
  });

  it.each([
    ['dollars and dots', '$where a.b.c $ne {"$gt":1}'],
    ['markup', '<script>alert(1)</script> &amp;'],
    ['ANSI escapes', '\u001b[31mred\u001b[0m'],
    ['a NUL and other control characters', 'a\u0000b\u0007c\r\nd'],
    ['emoji of several code points', '👩‍👩‍👧‍👦 🏳️‍🌈 é'],
    ['text from right to left', 'שלום \u202eabc\u202c مرحبا'],
  ])('is kept as it is with %s', async (_what, text) => {
    expect((await talk.say(text)).status).toBe(200);
    expect(await talk.lines()).toEqual([`avatar: ${text}`]);
  });

  it.each(['\ud800', 'half \udc00', '\ud83dx\ude42'])(
    'has its lone surrogates replaced before it is stored: %j',
    async (text) => {
      expect((await talk.say(text)).status).toBe(200);
      const replaced = text.replaceAll(/[\ud800-\udfff]/g, '\ufffd');
      expect(await talk.lines()).toEqual([`avatar: ${replaced}`]);
    },
  );

  it('is refused when it is empty', async () => {
    expectProblem(await talk.say(''), 422, 'invalid_input');
  });
});

describe('a body that is no message', () => {
  it.each([
    ['/session_id', { text: 'x' }],
    ['/text', { session_id: 'SESSION' }],
    ['/role', { session_id: 'SESSION', text: 'x', role: 'system' }],
    ['/role', { session_id: 'SESSION', text: 'x', role: ['user'] }],
    ['/message_id', { session_id: 'SESSION', text: 'x', message_id: 'a b' }],
    ['/message_id', { session_id: 'SESSION', text: 'x', message_id: 'a\u0000' }],
    ['/message_id', { session_id: 'SESSION', text: 'x', message_id: '' }],
    ['/message_id', { session_id: 'SESSION', text: 'x', message_id: 'm'.repeat(129) }],
    ['', { session_id: 'SESSION', text: 'x', seq: 1 }],
    ['', { session_id: 'SESSION', text: 'x', _id: 'mine' }],
  ])('is refused at %s: %j', async (pointer, shape) => {
    const json = { ...shape, ...('session_id' in shape ? { session_id: talk.sessionId } : {}) };
    const answer = await world.avatar.call('POST', ROUTE, {
      headers: { authorization: `Bearer ${talk.token}` },
      json,
    });
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual([pointer]);
    expect(await talk.lines()).toEqual([]);
  });

  it.each([{ $ne: null }, { $where: '1' }, ['x'], 7, true, null])(
    'is refused with %j in every member that is a string',
    async (value) => {
      const members = ['session_id', 'text', 'role', 'message_id'];
      for (const member of members) {
        const json = { session_id: talk.sessionId, text: 'x', [member]: value };
        const headers = { authorization: `Bearer ${talk.token}` };
        const answer = await world.avatar.call('POST', ROUTE, { headers, json });
        expectProblem(answer, 422, 'invalid_input');
        expect(pointers(answer)).toEqual([`/${member}`]);
      }
    },
  );

  it('is refused over 256 KiB', async () => {
    expectProblem(await talk.say('x'.repeat(256 * 1024)), 413, 'payload_too_large');
  });
});
