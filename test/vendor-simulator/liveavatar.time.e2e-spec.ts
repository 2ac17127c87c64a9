import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatedVendor, type SimulatedVendor } from './vendor.client.factory.js';

let vendor: SimulatedVendor;

beforeAll(async () => {
  vendor = await simulatedVendor();
});
beforeEach(() => vendor.control.reset());
afterAll(() => vendor.close());

/** Seconds a session ran and why it ended. */
async function ending(id: string): Promise<{ reason: string | null; seconds: number }> {
  const session = await vendor.control.session(id);
  return { reason: session.endReason, seconds: session.billedSeconds };
}

describe('a session that nobody stops', () => {
  it('ends as IDLE_TIMEOUT 300 s after the last keep-alive', async () => {
    const { id, bearer } = await vendor.started();
    await vendor.control.advance(200);
    await vendor.send('POST', '/v1/sessions/keep-alive', bearer);
    await vendor.control.advance(299);
    expect((await vendor.control.session(id)).state).toBe('active');
    await vendor.control.advance(1);
    const { reason, seconds } = await ending(id);
    expect(reason).toBe('IDLE_TIMEOUT');
    expect(seconds).toBeGreaterThanOrEqual(500);
    expect(seconds).toBeLessThanOrEqual(502);
  });

  it('ends as MAX_DURATION_REACHED on the second, keep-alives or not', async () => {
    const { id, bearer } = await vendor.started({ max_session_duration: 400 });
    await vendor.control.advance(250);
    await vendor.send('POST', '/v1/sessions/keep-alive', bearer);
    await vendor.control.advance(3600);
    expect(await ending(id)).toEqual({ reason: 'MAX_DURATION_REACHED', seconds: 400 });
  });

  it('is reaped as ZOMBIE_SESSION_REAP after 200 s when nobody joined', async () => {
    await vendor.control.set({ visitorJoins: false });
    const silent = await vendor.started();
    const talkative = await vendor.started();
    await vendor.control.say(talkative.id, 'user', 'Hello');
    await vendor.control.advance(100);
    await vendor.send('POST', '/v1/sessions/keep-alive', silent.bearer);
    await vendor.control.advance(105);
    expect(await ending(silent.id)).toEqual({ reason: 'ZOMBIE_SESSION_REAP', seconds: 200 });
    expect((await vendor.control.session(talkative.id)).state).toBe('active');
  });

  it('ends as NO_CREDITS at the minute that cannot be paid', async () => {
    await vendor.control.set({ credits: 5 });
    const { id } = await vendor.started();
    await vendor.control.advance(200);
    expect(await ending(id)).toEqual({ reason: 'NO_CREDITS', seconds: 120 });
    const { body } = await vendor.send('GET', '/v1/users/credits', vendor.apiKey);
    expect(body.data['credits_left']).toBe('1');
  });

  it('shares the credits among sessions in the order in which minutes fall due', async () => {
    await vendor.control.set({ credits: 6 });
    const early = await vendor.started();
    await vendor.control.advance(30);
    const late = await vendor.started();
    await vendor.control.advance(600);
    expect(await ending(early.id)).toEqual({ reason: 'NO_CREDITS', seconds: 120 });
    expect(await ending(late.id)).toEqual({ reason: 'NO_CREDITS', seconds: 60 });
  });

  it('costs two credits for each minute begun, and none in the sandbox', async () => {
    const paid = await vendor.started();
    const wayne = 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a';
    const free = await vendor.started({ avatar_id: wayne, is_sandbox: true });
    await vendor.control.advance(190);
    expect((await vendor.control.session(paid.id)).credits).toBe(8);
    const sandbox = await vendor.control.session(free.id);
    expect(sandbox.credits).toBe(0);
    expect(sandbox.endReason).toBe('MAX_DURATION_REACHED');
  });
});

it('a settings change takes effect on sessions that already live', async () => {
  const { id } = await vendor.started();
  await vendor.control.advance(50);
  await vendor.control.set({ idleSeconds: 40 });
  expect((await ending(id)).reason).toBe('IDLE_TIMEOUT');
});

it('hundreds of sessions and an hour are gone through at once', async () => {
  await vendor.control.set({ concurrencyLimit: 300 });
  await Promise.all(Array.from({ length: 300 }, () => vendor.started()));
  await vendor.control.set({ idleSeconds: 1000 });
  await vendor.control.advance(3600);
  const summary = await vendor.control.summary();
  expect(summary.sessions).toEqual({ known: 300, active: 0, ended: 300 });
  expect(summary.totalBilledSeconds).toBe(300_000);
  expect(summary.creditsSpent).toBe(300 * 17 * 2);
});
