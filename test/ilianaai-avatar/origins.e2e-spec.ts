import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

const LISTED = 'https://shop.example.com';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ allowedOrigins: [LISTED, 'https://*.example.org'] });
});
afterAll(() => world.stop());

/** What a token that one origin has asked for is worth from another one; null for a server. */
async function keepAlive(askedFrom: string | null, usedFrom: string | null) {
  const headersOf = (origin: string | null) => (origin === null ? undefined : { origin });
  const minted = await visit(world.avatar, shop, {}, headersOf(askedFrom));
  const named = { session_id: minted.sessionId, session_token: minted.token };
  return visitOf(world.avatar, named, headersOf(usedFrom)).keepAlive();
}

describe('a session token', () => {
  it.each([
    ['works on the page that asked for it', LISTED, LISTED],
    ['works on a server, whoever asked for it', LISTED, null],
    ['is bound to the origin, however that was written', 'https://SHOP.example.com:443', LISTED],
    ['works on any listed page when a server asked for it', null, 'https://a.example.org'],
    [
      'works below the wildcard that asked for it',
      'https://a.example.org',
      'https://a.example.org',
    ],
  ])('%s', async (_what, askedFrom, usedFrom) => {
    expect((await keepAlive(askedFrom, usedFrom)).status).toBe(200);
  });

  it.each([
    ['on another page, also one of the list', LISTED, 'https://a.example.org'],
    ['on another page below the same wildcard', 'https://a.example.org', 'https://b.example.org'],
    ['on a page without an origin', LISTED, 'null'],
    ['on a foreign page, whoever asked for it', null, 'https://evil.test'],
  ])('is refused %s', async (_what, askedFrom, usedFrom) => {
    expectProblem(await keepAlive(askedFrom, usedFrom), 403, 'origin_not_allowed');
  });
});
