import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatedVendor, type SimulatedVendor } from './vendor.client.factory.js';

let vendor: SimulatedVendor;

beforeAll(async () => {
  vendor = await simulatedVendor();
});
beforeEach(() => vendor.control.reset());
afterAll(() => vendor.close());

interface WireLine {
  role: string;
  transcript: string;
  absolute_timestamp: number;
  relative_timestamp: number;
}

async function readPage(id: string, query = '') {
  const path = `/v1/sessions/${id}/transcript${query}`;
  const { body } = await vendor.send('GET', path, vendor.apiKey);
  const lines = body.data.transcript_data as WireLine[];
  return { lines, active: body.data['session_active'], next: body.data['next_timestamp'] };
}

describe('lists and single sessions', () => {
  it('need to know which kind of list, and page sizes up to 100', async () => {
    const list = async (query: string) =>
      (await vendor.send('GET', `/v1/sessions${query}`, vendor.apiKey)).status;
    expect(await list('')).toBe(422);
    expect(await list('?type=all')).toBe(422);
    expect(await list('?type=active&page_size=101')).toBe(422);
    expect(await list('?type=active&page=0')).toBe(422);
    expect(await list('?type=active&page_size=100')).toBe(200);
  });

  it('page newest first, with id, and with end and reason once ended', async () => {
    const sessions = [];
    for (let count = 0; count < 5; count++) sessions.push(await vendor.started());
    const ids = sessions.map(({ id }) => id).reverse();
    const pages = [];
    for (const page of [1, 2, 3]) {
      const path = `/v1/sessions?type=active&page=${page}&page_size=2`;
      pages.push((await vendor.send('GET', path, vendor.apiKey)).body.data);
    }
    expect(pages.flatMap(({ results }) => results.map(({ id }) => id))).toEqual(ids);
    expect(pages.map((data) => data['next'] === null)).toEqual([false, false, true]);
    expect(pages[0]).toMatchObject({ count: 5, previous: null });
    await vendor.control.end(ids[0] ?? '', 'AGENT_HANG_UP');
    const past = await vendor.send('GET', '/v1/sessions?type=historic', vendor.apiKey);
    expect(past.body.data.results).toHaveLength(1);
    expect(past.body.data.results[0]).toMatchObject({
      id: ids[0],
      source: 'API',
      mode: 'FULL',
      credits_consumed: '2',
      end_reason: 'AGENT_HANG_UP',
    });
    expect(past.body.data.results[0]?.['end_at']).toMatch(/Z$/);
  });

  it('show a session by id, 404 for one unknown or never started, 401 without the key', async () => {
    const { id, bearer } = await vendor.started();
    const minted = await vendor.mint();
    const status = async (path: string, headers: Record<string, string> = vendor.apiKey) =>
      (await vendor.send('GET', path, headers)).status;
    expect(await status(`/v1/sessions/${id}`)).toBe(200);
    expect(await status(`/v1/sessions/${id}`, bearer)).toBe(401);
    expect(await status(`/v1/sessions/${id}/transcript`, bearer)).toBe(401);
    expect(await status(`/v1/sessions/${minted.id}`)).toBe(404);
    expect(await status('/v1/sessions/11111111-2222-4333-8444-555555555555')).toBe(404);
    expect(await status('/v1/sessions/not-a-uuid')).toBe(422);
  });

  it('know no other method and no other path', async () => {
    const { id } = await vendor.started();
    const gone = await vendor.send('DELETE', `/v1/sessions/${id}`, vendor.apiKey);
    expect({ status: gone.status, allow: gone.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'GET',
    });
    expect((await vendor.send('GET', '/v1/nowhere', vendor.apiKey)).status).toBe(404);
    expect((await vendor.control.session(id)).state).toBe('active');
  });

  it('give credits as text and languages as a plain list', async () => {
    const credits = await vendor.send('GET', '/v1/users/credits', vendor.apiKey);
    expect(credits.body.data).toEqual({ credits_left: '1000000' });
    const languages = await vendor.send('GET', '/v1/languages', vendor.apiKey);
    expect(languages.body.data).toContainEqual({ language: 'English', code: 'en' });
  });
});

describe('the transcript', () => {
  it('grows while the session lives, in whole seconds, and closes with it', async () => {
    await vendor.control.set({ greeting: 'Hello there.' });
    const { id } = await vendor.started();
    await vendor.control.advance(10);
    await vendor.control.say(id, 'user', 'What are your opening hours?');
    const live = await readPage(id);
    expect(live.active).toBe(true);
    expect(live.lines.map(({ role }) => role)).toEqual(['avatar', 'user', 'avatar']);
    expect(live.lines[2]?.transcript).toContain('nine to six');
    expect(live.lines.every((line) => Number.isInteger(line.absolute_timestamp))).toBe(true);
    expect(live.lines[1]?.relative_timestamp).toBe(10);
    await vendor.control.end(id, 'USER_CLOSED');
    const closed = await readPage(id);
    expect(closed).toMatchObject({ active: false, next: null, lines: live.lines });
  });

  it('is read whole by following next_timestamp, pages and repeats included', async () => {
    await vendor.control.set({ transcriptPageSize: 4, persona: 'silent' });
    const { id } = await vendor.started();
    await vendor.control.advance(600 - 301);
    const said = Array.from({ length: 11 }, (_, index) => `line ${index}`);
    for (const text of said) {
      await vendor.control.say(id, 'user', text);
      await vendor.control.advance(2);
    }
    await vendor.control.end(id, 'USER_CLOSED');
    const read: string[] = [];
    let query = '';
    for (let pages = 0; pages < 10; pages++) {
      const page = await readPage(id, query);
      expect(page.lines.length).toBeLessThanOrEqual(4);
      read.push(...page.lines.map((line) => line.transcript));
      if (page.next === null) break;
      query = `?start_timestamp=${page.next as number}`;
    }
    expect(read).toEqual(said);
  });

  it('shows a line only after the delay, and drops an answer the end came before', async () => {
    await vendor.control.set({ transcriptDelayMs: 60_000, answerDelayMs: 5_000 });
    const { id } = await vendor.started();
    await vendor.control.say(id, 'user', 'Hello');
    expect((await readPage(id)).lines).toHaveLength(0);
    await vendor.control.end(id, 'USER_CLOSED');
    await vendor.control.advance(61);
    expect((await readPage(id)).lines.map(({ role }) => role)).toEqual(['user']);
  });

  it('starts inclusively, ends inclusively and refuses a cursor that is no number', async () => {
    await vendor.control.set({ persona: 'silent' });
    const { id } = await vendor.started();
    await vendor.control.advance(100);
    for (const secondsAgo of [30, 20, 10]) {
      await vendor.control.say(id, 'user', `${secondsAgo} s ago`, secondsAgo);
    }
    const all = (await readPage(id)).lines;
    const middle = all[1]?.absolute_timestamp ?? 0;
    const window = `?start_timestamp=${middle}&end_timestamp=${middle}`;
    expect((await readPage(id, window)).lines).toEqual([all[1]]);
    const path = `/v1/sessions/${id}/transcript?start_timestamp=soon`;
    expect((await vendor.send('GET', path, vendor.apiKey)).status).toBe(422);
  });

  it('stays empty of answers when the token named no context', async () => {
    await vendor.control.set({ greeting: 'Hello there.' });
    const { id } = await vendor.started({ avatar_persona: { language: 'en' } });
    await vendor.control.say(id, 'user', 'Can you hear me?');
    expect((await readPage(id)).lines.map(({ role }) => role)).toEqual(['user']);
  });

  it('returns raw lines exactly as they were given', async () => {
    const { id } = await vendor.started();
    const lines = [null, { role: 'robot' }, 'text', { transcript: 7, absolute_timestamp: 1e300 }];
    await vendor.control.addRawLines(id, lines, true);
    expect((await readPage(id)).lines).toEqual(lines);
  });

  it('speaks milliseconds when set so', async () => {
    await vendor.control.set({ timestampUnit: 'milliseconds' });
    const { id } = await vendor.started();
    const [spoken] = await vendor.control.say(id, 'user', 'Hello');
    const { lines } = await readPage(id);
    expect(lines[0]?.absolute_timestamp).toBe(Date.parse(spoken?.at ?? ''));
  });
});
