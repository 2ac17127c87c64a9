import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { signSessionToken } from '../../apps/ilianaai-avatar/src/auth/session-token.js';
import { startStreamingWorld, type StreamingWorld } from '../ilianaai-avatar/streaming-world.js';
import { startedVisit, visit } from '../ilianaai-avatar/visit.js';
import { TOKEN_SECRET } from '../support/avatar-app.js';
import { askAll, bearer, type Headers, KEY_CALLERS, makeSite, type Site } from './access-site.js';

/**
 * Statuses for a session that was opened without proof (where proof is required, by the customer's
 * server), for one that was opened with it, and for one of an earlier release, whose record knows
 * nothing of proof.
 */
type Cell = readonly [plain: number, proved: number, ofBefore: number];

const KINDS = ['plain', 'proved', 'of before'] as const;

let world: StreamingWorld;
let open: Site;
let strict: Site;

beforeAll(async () => {
  world = await startStreamingWorld();
  const other = await world.customer();
  open = await makeSite(world, other, 'optional');
  strict = await makeSite(world, other, 'required');
});
afterAll(() => world.stop());

interface Opened {
  readonly sessionId: string;
  readonly token: string;
}

const CALLERS: Readonly<Record<string, (site: Site, own: Opened) => Headers>> = {
  ...KEY_CALLERS,
  'own token': (_site, { token }) => bearer(token),
  'another session’s token': ({ strangersToken }) => bearer(strangersToken),
};

const WORDS: Readonly<Record<string, Cell>> = {
  nobody: [401, 401, 401],
  'key of the page': [200, 401, 200],
  'key and the visitor’s token': [200, 200, 200],
  'key and another visitor’s token': [200, 401, 200],
  'key and an expired visitor token': [200, 401, 200],
  'key and an erased visitor’s token': [200, 404, 200],
  'key and another account’s visitor token': [200, 401, 200],
  'secret key': [200, 200, 200],
  'secret key in a page': [401, 401, 401],
  'another account’s secret key': [404, 404, 404],
  'own token': [200, 200, 200],
  'another session’s token': [401, 401, 401],
};

/** Where proof is required the key opens nothing by a session's id alone. */
const STRICT_WORDS: Readonly<Record<string, Cell>> = {
  ...WORDS,
  'key of the page': [401, 401, 401],
  'key and the visitor’s token': [401, 200, 401],
  'key and another visitor’s token': [401, 401, 401],
  'key and an expired visitor token': [401, 401, 401],
  'key and an erased visitor’s token': [404, 404, 404],
  'key and another account’s visitor token': [401, 401, 401],
};

const WATCH: Readonly<Record<string, Cell>> = {
  ...WORDS,
  'key of the page': [401, 401, 401],
  'key and the visitor’s token': [401, 401, 401],
  'key and another visitor’s token': [401, 401, 401],
  'key and an expired visitor token': [401, 401, 401],
  'key and an erased visitor’s token': [401, 401, 401],
  'key and another account’s visitor token': [401, 401, 401],
};

const START: Readonly<Record<string, Cell>> = {
  ...WATCH,
  'secret key': [401, 401, 401],
  'another account’s secret key': [401, 401, 401],
  'own token': [201, 201, 201],
};

const routes = (words: Readonly<Record<string, Cell>>) =>
  [
    ['POST /v1/sessions/start', START],
    ['POST /v1/sessions/stop', words],
    ['POST /v1/streaming.avatar_message', words],
    ['POST /v1/sessions/keep-alive', WATCH],
    ['GET /v1/sessions/:id', WATCH],
    ['GET /v1/sessions/:id/transcript', WATCH],
  ] as const;

describe.each([
  ['', () => open, routes(WORDS)],
  [' where proof is required', () => strict, routes(STRICT_WORDS)],
] as const)('a visitor’s session%s', (_where, siteHere, table) => {
  it.each(table)('%s', async (title, cells) => {
    const site = siteHere();
    const opened = await Promise.all(KINDS.map((kind) => openFor(site, title, kind)));
    const found = await askAll(Object.keys(CALLERS), (caller) =>
      Promise.all(opened.map((own) => ask(title, own, CALLERS[caller]?.(site, own) ?? {}))),
    );
    expect(found).toEqual(cells);
  });
});

async function openFor(site: Site, title: string, kind: (typeof KINDS)[number]): Promise<Opened> {
  const begin = title.endsWith('/start') ? visit : startedVisit;
  const isProved = kind === 'proved';
  const key = site.wantsProof && !isProved ? site.secret : site.tenant.key;
  const opened = await begin(world.streaming, { key }, {}, isProved ? site.ada.proof : {});
  return kind === 'of before' ? asBefore(site, opened) : opened;
}

async function ask(title: string, { sessionId }: Opened, headers: Headers): Promise<number> {
  const [method = '', path = ''] = title.split(' ');
  const words = path.endsWith('avatar_message') ? { text: 'hello' } : {};
  const call = method === 'GET' ? {} : { json: { session_id: sessionId, ...words } };
  const url = path.replace(':id', sessionId);
  return (await world.streaming.call(method, url, { ...call, headers })).status;
}

const LATER_MEMBERS = [
  'proved',
  'namedBy',
  'grant',
  'startedBy',
  'offeredAt',
  'opener',
  'endDueAt',
];

/** Makes a session's record one of an earlier release, for a visitor and conversation of then. */
async function asBefore({ tenant }: Site, { sessionId }: Opened): Promise<Opened> {
  const { accountId } = tenant;
  const records = world.streaming.connection.collection('sessions');
  const [visitorId, conversationId] = [String(new Types.ObjectId()), String(new Types.ObjectId())];
  const before = await records.findOneAndUpdate(
    { accountId, vendorSessionId: sessionId },
    {
      $unset: Object.fromEntries(LATER_MEMBERS.map((member) => [member, ''])),
      $set: { visitorId, conversationId },
      $inc: { rev: 1 },
    },
  );
  const id = String(before?._id);
  // Tokens of then are of one grant, which goes by the session's name.
  const claims = { sessionId: id, vendorSessionId: sessionId, accountId, origin: null, grant: id };
  const expiresAt = new Date(Date.now() + 3_600_000);
  return { sessionId, token: await signSessionToken({ ...claims, expiresAt }, TOKEN_SECRET) };
}
