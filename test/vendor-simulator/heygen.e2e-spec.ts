import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from '../support/until.js';
import { audioFrame, textFrame } from './heygen/pipecat.js';
import { simulatedVendor, type SimulatedVendor } from './vendor.client.factory.js';

let vendor: SimulatedVendor;

beforeAll(async () => {
  vendor = await simulatedVendor();
});
beforeEach(() => vendor.control.reset());
afterAll(() => vendor.close());

const post = (route: string, body: object, headers = vendor.apiKey as Record<string, string>) =>
  vendor.send('POST', `/v1/streaming.${route}`, headers, body);

async function token(): Promise<string> {
  const { body } = await post('create_token', {});
  expect(body).toEqual({ error: null, data: { token: expect.any(String) } });
  return String(body.data['token']);
}

async function opened(members: object = {}) {
  const own = await token();
  const bearer = { authorization: `Bearer ${own}` };
  const { body } = await post('new', { version: 'v2', ...members }, bearer);
  return { own, bearer, id: String(body.data['session_id']), data: body.data };
}

async function started() {
  const session = await opened();
  await post('start', { session_id: session.id });
  return session;
}

const outcome = async (answer: ReturnType<typeof post>) => {
  const { status, body } = await answer;
  return [status, body.code];
};

describe('the simulated HeyGen', () => {
  it('opens one session for one token', async () => {
    const { bearer, data } = await opened({ avatar_name: 'Anna' });
    expect(data).toMatchObject({
      url: expect.any(String),
      access_token: expect.any(String),
      session_duration_limit: 600,
      sdp: null,
    });
    expect(await outcome(post('new', { version: 'v2' }, bearer))).toEqual([401, 401057]);
    expect(await outcome(post('create_token', {}, bearer))).toEqual([401, 400112]);
  });

  it('takes no task before the start, and nothing about a session that is not there', async () => {
    const { id } = await opened();
    const task = { session_id: id, text: 'Hi', task_type: 'repeat' };
    expect(await outcome(post('task', task))).toEqual([400, 400006]);
    expect(await outcome(post('start', { session_id: id }))).toEqual([200, 100]);
    expect(await outcome(post('task', task))).toEqual([200, 100]);
    expect(await outcome(post('stop', { session_id: id }))).toEqual([200, 100]);
    expect(await outcome(post('stop', { session_id: id }))).toEqual([400, 400004]);
    expect(await outcome(post('stop', { session_id: 'nobody' }))).toEqual([400, 400004]);
  });

  it('counts a session from its opening, and names the limit in words', async () => {
    await vendor.control.set({ heygenConcurrencyLimit: 1 });
    await opened();
    const { status, body } = await post('new', { version: 'v2' });
    expect([status, body.message]).toEqual([400, expect.stringContaining('Concurrent limit')]);
  });

  it('ends a session in which nothing happens, but not one that is kept alive', async () => {
    const idle = await started();
    const kept = await started();
    await vendor.control.advance(119);
    await post('keep_alive', { session_id: kept.id });
    await vendor.control.advance(2);
    const states = [idle, kept].map(({ id }) => vendor.simulator.world.heygen.find(id)?.endReason);
    expect(states).toEqual(['idle', null]);
  });

  it('answers everything with its sunset once it is retired', async () => {
    const { id } = await started();
    await vendor.control.set({ heygenSunset: true });
    for (const route of ['create_token', 'new', 'task', 'stop', 'keep_alive']) {
      const { body } = await post(route, { session_id: id });
      expect(body.code).toBe('endpoint_sunset');
    }
  });

  it('hears typed text on its socket and tells the answer in pieces', async () => {
    const { id, own } = await started();
    const url = `${vendor.simulator.url.replace('http', 'ws')}/v1/ws/streaming.chat`;
    const wrong = new WebSocket(`${url}?session_id=${id}&session_token=wrong`);
    const [error] = (await once(wrong, 'error')) as [Error];
    expect(error.message).toContain('401');
    const socket = new WebSocket(`${url}?session_id=${id}&session_token=${own}`);
    const events: { type: string; message?: string }[] = [];
    socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString()) as never));
    await once(socket, 'open');
    socket.send(audioFrame());
    socket.send(textFrame('Are you open?'));
    await until('it has ended speaking', async () => events.at(-1)?.type === 'avatar_stop_talking');
    expect(events[0]?.type).toBe('avatar_start_talking');
    const words = events.flatMap(({ message }) => message ?? []);
    expect(words.length).toBeGreaterThan(5);
    expect(words.join('')).toMatch(/^You asked: "Are you open\?".* nine to six\.$/);
    await post('stop', { session_id: id });
    expect(((await once(socket, 'close')) as [number])[0]).toBe(1000);
  });
});
