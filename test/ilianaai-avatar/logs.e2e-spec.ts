import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { TOKEN_SECRET } from '../support/avatar-app.js';
import { PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { untilLinked } from './delivered.js';
import { askToken, startedVisit, visit } from './visit.js';
import { CONTEXT_ID, startWorld, type World } from './world.js';

const SAID = 'my card number is 4111-1111';
const ANSWERED = 'the avatar answers in confidence';

let world: World;
let shop: Tenant;
let written = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  }
  world = await startWorld({ environment: { LOG_LEVEL: 'debug' } });
  shop = await world.customer();
});
afterAll(async () => {
  await world.stop();
  jest.restoreAllMocks();
});

describe('what the app writes', () => {
  it('is a line for each request, with its route and not its path', async () => {
    const requestId = '0190f6d4-1111-4222-8333-444455556666';
    const { sessionId } = await startedVisit(world.avatar, shop);
    await world.avatar.call('GET', `/v1/sessions/${sessionId}?note=private`, {
      headers: { 'x-api-key': await shop.secretKey(), 'x-request-id': requestId },
    });
    const line = await until('the line', async () =>
      written.split('\n').find((each) => each.includes(requestId)),
    );
    for (const piece of ['GET', '/v1/sessions/:session_id', '422', shop.accountId]) {
      expect(line).toContain(piece);
    }
    for (const piece of [sessionId, 'note', 'private']) expect(line).not.toContain(piece);
  });

  it('holds no credential and no word that was said, whatever goes wrong', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await untilLinked(world, talk);
    const { body } = await talk.start();
    await talk.say(SAID, { role: 'user', message_id: 'm-1' });
    await talk.say('another text', { role: 'user', message_id: 'm-1' });
    await world.vendor.say(talk.sessionId, 'avatar', ANSWERED);
    await world.avatar.call('GET', `/v1/sessions/${talk.sessionId}?session_token=${talk.token}`);
    await talk.leave();
    for (const kind of ['reset', 'html', 'garbage']) {
      await world.vendor.fault({ route: 'stop', kind });
      await world.vendor.fault({ route: 'transcript', kind });
    }
    for (const fault of [
      { kind: 'reset' },
      { kind: 'answer', status: 500, body: SAID },
      { kind: 'answer', status: 200, body: SAID },
      { kind: 'answer', status: 302, headers: { location: `http://x/${SAID}` } },
    ] as const) {
      world.double.fault('status', fault);
    }
    await talk.stop();
    await talk.untilState('delivered');

    const broken = await visit(world.avatar, shop);
    await world.vendor.fault({ route: 'start', kind: 'reset' });
    await broken.start();
    await world.vendor.fault({
      route: 'token',
      kind: 'status',
      status: 400,
      body: { message: SAID },
    });
    await askToken(world.avatar, shop);
    world.double.fault('config', { kind: 'reset' });
    await askToken(world.avatar, { key: 'SE_never_seen_before' });

    const secrets = {
      'customer key': shop.key,
      'unknown key': 'SE_never_seen_before',
      'session token': talk.token,
      'room token': body.data.livekit_client_token,
      'vendor key': world.simulator.apiKey,
      'service token': PETYA_SERVICE_TOKEN,
      'signing secret': TOKEN_SECRET,
      context: CONTEXT_ID,
      'user’s words': SAID,
      'avatar’s words': ANSWERED,
    };
    expect(written).toContain('vendor_unreachable');
    expect(written).toContain('delivered');
    const leaked = Object.entries(secrets).filter(([, secret]) => written.includes(secret));
    expect(leaked.map(([name]) => name)).toEqual([]);
    // Any token: three letters alone may stand in an id by chance.
    expect(written).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });
});
