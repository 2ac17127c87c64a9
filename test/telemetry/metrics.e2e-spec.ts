import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { startedVisit, visit } from '../ilianaai-avatar/visit.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import { deliver, type Tenant } from '../petya-avatar-api/tenant.js';
import { send } from '../support/json-client.js';
import { sendRaw } from '../support/raw-http.js';
import { until } from '../support/until.js';
import { METRICS_TOKEN, type Scrape, scrape, sumOf, valueOf } from './scrape.js';

const SERVER = 'http_server_request_duration_seconds_count';
const CLIENT = 'http_client_request_duration_seconds_count';
const DATABASE = 'db_client_operation_duration_seconds_count';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  const environment = { METRICS_TOKEN };
  world = await startWorld({ environment, petyaEnvironment: environment });
  shop = await world.customer();
});
afterAll(() => world.stop());

const ofAvatar = () => scrape(world.avatar.baseUrl);
const ofPetya = () => scrape(world.petya.baseUrl);

/** The next scrape that shows something: what is read from the database may be some seconds old. */
const scrapeThat = (what: string, shows: (scraped: Scrape) => boolean) =>
  until(what, async () => {
    const scraped = await ofAvatar();
    return shows(scraped) ? scraped : undefined;
  });

describe('the metrics of a session', () => {
  it('tell of its calls, its start, where it stands, and its end', async () => {
    const before = await ofAvatar();
    const talk = await startedVisit(world.avatar, shop);
    await scrapeThat(
      'it is seen',
      (scraped) =>
        valueOf(scraped, 'avatar_sessions', { vendor: 'liveavatar', state: 'active' }) === 1,
    );
    await talk.stop();
    await talk.untilState('delivered');
    const after = await scrapeThat(
      'its end is seen',
      (scraped) =>
        valueOf(scraped, 'avatar_sessions', { vendor: 'liveavatar', state: 'active' }) === 0,
    );
    const grown = (name: string, labels: Record<string, string>) =>
      sumOf(after, name, labels) - sumOf(before, name, labels);
    const route = (http_route: string, http_response_status_code: string) => ({
      http_request_method: 'POST',
      http_route,
      http_response_status_code,
    });
    expect(grown(SERVER, route('/v1/sessions/token', '200'))).toBe(1);
    expect(grown(SERVER, route('/v1/sessions/start', '201'))).toBe(1);
    expect(grown(SERVER, route('/v1/sessions/stop', '200'))).toBe(1);
    for (const operation of ['token', 'start', 'stop', 'transcript']) {
      expect([operation, grown(CLIENT, { peer: 'liveavatar', operation, outcome: 'ok' })]).toEqual([
        operation,
        expect.any(Number),
      ]);
      expect(grown(CLIENT, { peer: 'liveavatar', operation, outcome: 'ok' })).toBeGreaterThan(0);
    }
    expect(grown(CLIENT, { peer: 'petya', operation: 'status', outcome: 'ok' })).toBeGreaterThan(0);
    expect(
      grown(DATABASE, { db_operation_name: 'insertOne', db_collection_name: 'sessions' }),
    ).toBeGreaterThan(0);
    expect(
      grown('avatar_start_duration_seconds_count', { vendor: 'liveavatar', outcome: 'ok' }),
    ).toBe(1);
    expect(
      grown('avatar_sessions_ended_total', { vendor: 'liveavatar', reason: 'visitor_ended' }),
    ).toBe(1);
  });

  it('tell of its end once, however many replicas there are', async () => {
    const other = await world.another({
      database: world.database,
      environment: { METRICS_TOKEN },
    });
    try {
      const ended = async () => {
        const both = [await ofAvatar(), await scrape(other.baseUrl)];
        const count = (each: Scrape) => sumOf(each, 'avatar_sessions_ended_total');
        return both.reduce((sum, each) => sum + count(each), 0);
      };
      const before = await ended();
      const talks = await Promise.all(
        Array.from({ length: 5 }, () => startedVisit(world.avatar, shop)),
      );
      const stopAt = (baseUrl: string, talk: (typeof talks)[number]) =>
        send('POST', `${baseUrl}/v1/sessions/stop`, {
          headers: { authorization: `Bearer ${talk.token}` },
          json: { session_id: talk.sessionId },
        });
      await Promise.all(
        talks.flatMap((talk) => [world.avatar, other].map((app) => stopAt(app.baseUrl, talk))),
      );
      for (const talk of talks) await talk.untilState('delivered');
      expect(await ended()).toBe(before + 5);
    } finally {
      await other.stop();
    }
  });

  it('tell what a vendor refuses, and that a start came to nothing', async () => {
    await world.vendor.fault({ route: 'start', kind: 'status', status: 403, times: 1 });
    const talk = await visit(world.avatar, shop);
    expect((await talk.start()).status).toBeGreaterThanOrEqual(400);
    const scraped = await ofAvatar();
    const refused = { peer: 'liveavatar', operation: 'start', outcome: 'refused' };
    expect(valueOf(scraped, CLIENT, refused)).toBe(1);
    const starts = scraped.samples.filter(
      ({ name, labels }) =>
        name === 'avatar_start_duration_seconds_count' && labels['outcome'] !== 'ok',
    );
    expect(starts.map(({ value }) => value)).toEqual([1]);
  });

  it('have what is left at the vendor, and nothing where nobody has told it', async () => {
    const scraped = await scrapeThat(
      'the vendor has told',
      (each) => valueOf(each, 'avatar_vendor_credits', { vendor: 'liveavatar' }) !== undefined,
    );
    expect(valueOf(scraped, 'avatar_circuit_open', { peer: 'petya' })).toBe(0);
    expect(valueOf(scraped, 'avatar_reconcile_difference_seconds')).toBeUndefined();
  });
});

describe('the metrics of Petya', () => {
  it('tell what was delivered, and what became of it', async () => {
    const conversationId = await shop.openConversation();
    const update = { sessionId: 's-1', status: 'active', version: 1, transcript: [] };
    const count = async (outcome: string) =>
      valueOf(await ofPetya(), 'petya_deliveries_total', { outcome }) ?? 0;
    const taken = await count('taken');
    await deliver(world.petya, conversationId, update);
    await deliver(world.petya, conversationId, update);
    await deliver(world.petya, 'nobodys', update);
    expect(await count('taken')).toBe(taken + 1);
    expect(await count('duplicate')).toBe(1);
    expect(await count('not_found')).toBe(1);
  });

  it('tell what the avatar app has not erased yet, and since when', async () => {
    const visitorId = await shop.makeVisitor();
    await shop.openConversation({ visitorId });
    await world.petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${visitorId}`);
    const scraped = await until('it is told', async () => {
      const each = await ofPetya();
      return valueOf(each, 'petya_erasures_pending') ? each : undefined;
    });
    expect(valueOf(scraped, 'petya_erasures_oldest_seconds')).toBeGreaterThan(0);
  });
});

describe('whatever anybody sends', () => {
  const NAMES = 400;
  const name = (number: number) =>
    createHash('sha256').update(String(number)).digest('hex').slice(0, 12);

  it('makes no more than two thousand series, and no label of its own', async () => {
    const apps = [
      { baseUrl: world.avatar.baseUrl, prefixes: ['/v1/sessions/', '/v1/', '/plugin/', '/'] },
      { baseUrl: world.petya.baseUrl, prefixes: ['/api/v1/conversations/userConversation/', '/'] },
    ];
    for (const { baseUrl, prefixes } of apps) {
      const { paths } = (await send<{ paths: object }>('GET', `${baseUrl}/openapi.json`)).body;
      const known = Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, 'x-of-nobody'));
      const targets = [
        ...Array.from({ length: NAMES }, (_, at) => prefixes.map((prefix) => prefix + name(at))),
        known,
      ].flat();
      const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
      const headers: Record<string, string>[] = [
        {},
        { 'x-api-key': 'SE_nobody_has_this' },
        { authorization: 'Bearer nobody-has-this-token' },
        { 'x-api-key': shop.key, 'content-type': 'application/xml' },
      ];
      let at = 0;
      const ask = async (path: string, method: string) => {
        at += 1;
        const hasBody = method !== 'GET' && method !== 'HEAD';
        const body = hasBody && at % 2 === 0 ? { raw: '{"a":' } : {};
        await send(method, `${baseUrl}${path}`, { headers: headers[at % 4] ?? {}, ...body });
      };
      for (const path of targets) {
        const isKnown = known.includes(path);
        await Promise.all((isKnown ? methods : methods.slice(0, 1)).map((each) => ask(path, each)));
      }
      const port = Number(new URL(baseUrl).port);
      for (const method of ['BREW', 'PROPFIND', 'X'.repeat(40), 'TRACE']) {
        await sendRaw(port, `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      }
      const scraped = await scrape(baseUrl);
      expect(scraped.samples.length).toBeLessThanOrEqual(2_000);
      const labels = scraped.samples.flatMap((sample) => Object.values(sample.labels)).join('\n');
      for (let number = 0; number < NAMES; number += 1) {
        expect(labels).not.toContain(name(number));
      }
      expect(labels).not.toMatch(/BREW|PROPFIND|XXXX|nobody/);
      expect(sumOf(scraped, SERVER, { http_route: 'other' })).toBeGreaterThan(NAMES);
      // What is answered is still told by its route.
      const live = { http_route: '/health/live', http_response_status_code: '200' };
      const before = sumOf(scraped, SERVER, live);
      await send('GET', `${baseUrl}/health/live`);
      expect(sumOf(await scrape(baseUrl), SERVER, live)).toBe(before + 1);
    }
  });
});
