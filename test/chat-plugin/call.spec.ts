import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { callerWith, Refusal } from '#client';
import { isForOwner, onceMore } from './src/plugin/call.js';
import { Heartbeat } from './src/plugin/heartbeat.js';
import { isStranger } from './src/plugin/stranger.js';

const PROBLEM = { type: 'urn:problem:not_found', message: 'There is no such thing here.' };
const PAGE = '<!doctype html><title>404 page not found</title>';

let asked = 0;

function answering(status: number, body: string): void {
  asked = 0;
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    asked += 1;
    return new Response(body, { status });
  });
}

afterEach(() => void jest.restoreAllMocks());

const call = callerWith();
const post = () => call('https://petya.test/api/v1/messages', { body: {}, bearer: 'SE_key' });

async function refusalOf(status: number, body: string): Promise<Refusal> {
  answering(status, body);
  const refusal: unknown = await post().then(
    () => null,
    (error: unknown) => error,
  );
  if (!(refusal instanceof Refusal)) throw new Error('The call went well.');
  return refusal;
}

describe('an answer that is not the service’s own', () => {
  it.each([
    ['a page', PAGE],
    ['nothing', ''],
    ['a number', '1'],
  ])('is no success, whatever its status says: %s', async (_what, body) => {
    const refusal = await refusalOf(200, body);
    expect([refusal.status, refusal.isForeign]).toEqual([200, true]);
  });

  it.each([
    ['a page', PAGE],
    ['nothing', ''],
    ['a text', '404 page not found'],
    ['XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
  ])('says nothing of who is known, nor that anything is over: %s', async (_what, body) => {
    for (const status of [401, 403, 404, 410, 422]) {
      const refusal = await refusalOf(status, body);
      expect([status, isStranger(refusal), refusal.isForeign]).toEqual([status, false, true]);
    }
  });

  it('is told to the site’s owner all the same where it may be the address that is wrong', async () => {
    expect(isForOwner(await refusalOf(404, PAGE))).toBe(true);
    expect(isForOwner(await refusalOf(200, PAGE))).toBe(true);
    expect(isForOwner(await refusalOf(502, PAGE))).toBe(false);
  });

  it.each([
    ['as both services say it', JSON.stringify(PROBLEM), PROBLEM.message],
    ['with less in it', '{}', 'The service cannot help right now.'],
  ])('is the service’s where it is JSON: %s', async (_what, body, message) => {
    const refusal = await refusalOf(404, body);
    expect([isStranger(refusal), refusal.isForeign, refusal.message]).toEqual([
      true,
      false,
      message,
    ]);
  });

  it('is tried once more, as no answer is', async () => {
    answering(404, PAGE);
    await expect(onceMore(post)).rejects.toThrow(Refusal);
    expect(asked).toBe(2);
    answering(404, JSON.stringify(PROBLEM));
    await expect(onceMore(post)).rejects.toThrow(Refusal);
    expect(asked).toBe(1);
  });
});

describe('a heartbeat', () => {
  afterEach(() => void jest.useRealTimers());

  /** Beats for a minute, each time with this answer. */
  async function minuteOf(error: unknown) {
    jest.useFakeTimers();
    let beats = 0;
    let isEnded = false;
    const heartbeat = new Heartbeat(
      15,
      async () => {
        beats += 1;
        if (error !== null) throw error;
      },
      () => void (isEnded = true),
    );
    heartbeat.start();
    await jest.advanceTimersByTimeAsync(60_000);
    heartbeat.stop();
    return { beats, isEnded };
  }

  const refusal = (status: number, problem: string) =>
    new Refusal('', { status, type: `urn:problem:${problem}`, isForeign: problem === '' });

  it.each([401, 404, 410])('ends with what the service says is over: %d', async (status) => {
    expect(await minuteOf(refusal(status, 'session_ended'))).toEqual({ beats: 1, isEnded: true });
  });

  it.each([401, 403, 404, 410])('goes on behind a proxy that says %d by itself', async (status) => {
    const { beats, isEnded } = await minuteOf(refusal(status, ''));
    expect([isEnded, beats > 10]).toEqual([false, true]);
  });

  it.each([
    [400, 'bad_request'],
    [403, 'origin_not_allowed'],
    [422, 'invalid_input'],
    [429, 'rate_limited'],
  ])('asks no sooner again where it is refused: %d', async (status, problem) => {
    expect(await minuteOf(refusal(status, problem))).toEqual(await minuteOf(null));
  });

  it.each([
    ['nobody answers', new TypeError('Failed to fetch')],
    ['the service cannot', refusal(503, 'overloaded')],
  ])('comes again soon where %s', async (_what, error) => {
    expect((await minuteOf(error)).beats).toBeGreaterThan(10);
  });
});
