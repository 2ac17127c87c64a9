import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConversationRefDto, VisitorRefDto } from '#contracts';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { ManagedProcess } from '../stack/managed-process.js';
import { freePort } from '../stack/ports.js';
import { compiledPath } from '../stack/project-root.js';
import { avatarEnvironment, type RunningAvatar } from '../support/avatar-app.js';
import { type Call, send } from '../support/json-client.js';
import { petyaEnvironment } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { askToken, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let client: mongo.MongoClient;
let shop: Tenant;
let folder: string;
let petya: ManagedProcess;
let first: Replica;
let second: Replica;

/** A replica as a process of its own, and what a page's calls to it go by. */
interface Replica {
  readonly process: ManagedProcess;
  readonly avatar: RunningAvatar;
}

/** A built app. */
async function processOf(
  app: string,
  name: string,
  environmentAt: (more: Record<string, string>) => Record<string, string>,
): Promise<{ process: ManagedProcess; baseUrl: string }> {
  const port = await freePort();
  const environment = environmentAt({ PORT: String(port), HOST: '127.0.0.1' });
  const baseUrl = `http://127.0.0.1:${port}`;
  const process = new ManagedProcess(
    {
      name,
      entry: compiledPath('apps', app, 'src', 'main.js'),
      env: environment,
      healthUrl: `${baseUrl}/health/ready`,
    },
    join(folder, `${name}.log`),
  );
  return { process, baseUrl };
}

async function replicaOf(name: string, petyaUrl: string): Promise<Replica> {
  const { process, baseUrl } = await processOf('ilianaai-avatar', name, (environment) =>
    avatarEnvironment({
      vendorUrl: world.simulator.url,
      vendorKey: world.simulator.apiKey,
      petyaUrl,
      database: world.database,
      environment: { ...environment, LEASE_SECONDS: '1' },
    }),
  );
  const call = (method: string, path: string, call?: Call) =>
    send(method, `${baseUrl}${path}`, call);
  return { process, avatar: { baseUrl, call } as RunningAvatar };
}

beforeAll(async () => {
  world = await startWorld();
  // Its records alone: nothing of this process works on them.
  await world.avatar.stop();
  client = await mongo.MongoClient.connect(world.database.uri);
  shop = await world.customer();
  folder = await mkdtemp(join(tmpdir(), 'one-id-kills-'));
  const served = await processOf('petya-avatar-api', 'petya', (environment) =>
    petyaEnvironment(world.petya.database, environment),
  );
  petya = served.process;
  await petya.start();
  [first, second] = await Promise.all([
    replicaOf('first', served.baseUrl),
    replicaOf('second', served.baseUrl),
  ]);
}, 120_000);
afterAll(async () => {
  for (const each of [first.process, second.process, petya]) await each.kill();
  await client.close();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Every line with an id in the log of a process, as `context: what it tells`. */
async function storyOf(process: ManagedProcess, traceId: string): Promise<string[]> {
  const lines = (await process.readLog()).split('\n').filter((line) => line.includes(traceId));
  return lines.map((line) => {
    const [, context, told = ''] = /\[(\w+)\] (\w+=.*)$/.exec(line) ?? [];
    const of = (name: string): string => new RegExp(`\\b${name}=(\\S+)`).exec(told)?.[1] ?? '';
    const what = told.startsWith('method=')
      ? `${of('method')} ${of('route')} ${of('status')}`
      : of('ended') || of('delivery');
    return `${context}: ${what}`;
  });
}

describe('one id', () => {
  it.each(['stop.vendorStopped', 'deliver.answered'])(
    'finds the page’s calls, the stop, the delivery and Petya’s record after a death at %s',
    async (place) => {
      const traceId = randomBytes(16).toString('hex');
      const traced = () => ({ traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` });
      // The first delivery says that the session runs.
      const count = place.startsWith('deliver') ? 2 : 1;
      await first.process.start({ FAILPOINT: `${place}:kill:${count}` });
      // The click: a visitor, a conversation, a session.
      const ofPetya = async <T>(path: string, json: object): Promise<T> => {
        const headers = { 'x-api-key': shop.key, ...traced() };
        return (
          await send<T>('POST', `${new URL(petya.spec.healthUrl).origin}/api/v1/${path}`, {
            headers,
            json,
          })
        ).body;
      };
      const { visitorId } = await ofPetya<VisitorRefDto>('visitors/init', {});
      const { conversationId } = await ofPetya<ConversationRefDto>(
        'conversations/userConversation/init',
        { visitorId },
      );
      const wanted = { conversation_id: conversationId };
      const { body } = await askToken(first.avatar, shop, wanted, traced());
      // As the vendor's SDK calls: it knows of no trace.
      const talk = visitOf(first.avatar, body.data);
      expect((await talk.start()).status).toBe(201);
      const records = client.db().collection('sessions');
      const mine = { vendorSessionId: talk.sessionId };
      await until('the session is linked', () =>
        records.findOne({ ...mine, 'delivery.deliveredVersion': 1 }),
      );
      // The replica dies at it, or behind it; the page asks again, and another one answers.
      await talk.stop().catch(() => null);
      expect(await first.process.exited()).toMatchObject({ signal: 'SIGKILL' });
      await second.process.start();
      expect((await visitOf(second.avatar, body.data).stop()).status).toBe(200);
      const record = await until('it is delivered', () =>
        records.findOne({ ...mine, state: 'delivered' }),
      );
      expect(record).toMatchObject({ traceId, stop: { reason: 'visitor_ended', by: 'visitor' } });

      const page = ['Request: POST /v1/sessions/token 200', 'Request: POST /v1/sessions/start 201'];
      const opened = await storyOf(first.process, traceId);
      expect(opened).toEqual(expect.arrayContaining(page));
      // A request's line is written after its answer.
      const taken = await until('its line is written', async () => {
        const story = await storyOf(second.process, traceId);
        return story.includes('Request: POST /v1/sessions/stop 200') && story;
      });
      const both = [...opened, ...taken];
      expect(both.filter((line) => line === 'Sessions: visitor_ended')).toHaveLength(1);
      expect(both.filter((line) => line === 'Delivery: delivered')).toHaveLength(1);
      const told = await storyOf(petya, traceId);
      const delivered = 'Request: POST /api/v1/avatar/conversations/:conversationId/status 200';
      expect(told).toEqual(
        expect.arrayContaining([
          'Request: POST /api/v1/visitors/init 201',
          'Request: POST /api/v1/conversations/userConversation/init 201',
          delivered,
        ]),
      );
      const conversations = world.petya.connection.collection('conversations');
      const conversation = await conversations.findOne({ 'sessions.traceId': traceId });
      expect(conversation?.['sessions']).toMatchObject([{ sessionId: talk.sessionId, traceId }]);
      await second.process.stop();
    },
    120_000,
  );
});
