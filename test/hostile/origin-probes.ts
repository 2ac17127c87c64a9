import { socketPath } from '../ilianaai-avatar/relay-world.js';
import {
  openStream,
  startStream,
  type StreamAnswer,
  type StreamingWorld,
} from '../ilianaai-avatar/streaming-world.js';
import { startedVisit, visit } from '../ilianaai-avatar/visit.js';
import { deliver, type Tenant, turn } from '../petya-avatar-api/tenant.js';
import { handshake } from '../support/handshake.js';
import { send } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { HOME, type Judge } from './origins.js';
import { bearerOf, type Holder, NOBODY, type Probe, probesOf } from './probe.js';

const PAGE: Judge = 'the list and the token’s page';
const OPERATOR = bearerOf('operator', 'the operator’s token', PETYA_ADMIN_TOKEN);
const NO_OPERATOR: Holder = { ...NOBODY, judge: 'no operator’s token' };

const keyOf = ({ key }: Tenant): Holder => ({
  name: 'key',
  judge: 'the list',
  headers: { 'x-api-key': key },
});

/** The avatar app's routes about sessions, with a key and with tokens of any page. */
export async function sessionProbes(world: StreamingWorld, shop: Tenant): Promise<Probe[]> {
  const { baseUrl } = world.streaming;
  const [talk, stopped, ended] = [
    await startedVisit(world.streaming, shop),
    await startedVisit(world.streaming, shop),
    await startedVisit(world.streaming, shop),
  ];
  const waiting = await visit(world.streaming, shop);
  const as = (holder: Holder) => probesOf(baseUrl, holder);
  const byKey = as(keyOf(shop));
  const byToken = (token: string) => as(bearerOf('token', 'the list', token));
  const named = { session_id: talk.sessionId };
  return [
    as(NOBODY)('POST /v1/sessions/token', 200, {}),
    as(NOBODY)('POST /v1/sessions/start', 201),
    as(NO_OPERATOR)('GET /api/v1/admin/sessions', 200),
    as(OPERATOR)('GET /api/v1/admin/sessions', 200),
    as({ ...NOBODY, judge: 'nothing' })('GET /health/live', 200),
    byKey('POST /v1/sessions/token', 200, { conversation_id: 'talk' }),
    byKey('POST /api/v1/avatar/v1/sessions/token', 200, { conversation_id: 'talk' }),
    byKey('POST /v1/sessions/stop', 200, { session_id: ended.sessionId }),
    byKey('POST /v1/streaming.avatar_message', 200, { ...named, text: 'hello' }),
    byToken(waiting.token)('POST /v1/sessions/start', 201),
    byToken(talk.token)('POST /v1/sessions/keep-alive', 200),
    byToken(talk.token)(`GET /v1/sessions/${talk.sessionId}`, 200),
    byToken(stopped.token)('POST /v1/sessions/stop', 200),
  ];
}

/** The same with a token that a page has asked for, and beacons, whose body is the token. */
export async function pageProbes(world: StreamingWorld, shop: Tenant): Promise<Probe[]> {
  const { baseUrl } = world.streaming;
  const bound = await startedVisit(world.streaming, shop, {}, { origin: HOME });
  const free = await startedVisit(world.streaming, shop);
  const byPage = probesOf(baseUrl, bearerOf('token of one page', PAGE, bound.token));
  const beacon = (name: string, judge: Judge, raw: string): Probe => ({
    title: `POST /v1/sessions/leave, ${name}`,
    judge,
    status: 202,
    ask: (page) => {
      const headers = { 'content-type': 'text/plain', ...page };
      return send('POST', `${baseUrl}/v1/sessions/leave`, { raw, headers });
    },
  });
  const message = { session_id: bound.sessionId, text: 'hello' };
  return [
    byPage('POST /v1/sessions/start', 201),
    byPage('POST /v1/sessions/keep-alive', 200),
    byPage('POST /v1/streaming.avatar_message', 200, message),
    byPage(`GET /v1/sessions/${bound.sessionId}/transcript`, 200),
    beacon('token', 'the list', free.token),
    beacon('token of one page', PAGE, bound.token),
    byPage('POST /v1/sessions/stop', 200),
  ];
}

/** The legacy vendor's routes, and its socket. */
export async function streamProbes(world: StreamingWorld, shop: Tenant): Promise<Probe[]> {
  const { baseUrl, port } = world.streaming;
  const as = (holder: Holder) => probesOf(baseUrl, holder);
  const byKey = as(keyOf(shop));
  const stream = await startStream(world, shop);
  const silent = await openStream(world, shop);
  const bound = await openFromPage(world, shop);
  const once = { 'idempotency-key': 'one-session-from-every-origin' };
  const named = { session_id: stream.sessionId };
  const socket = (judge: Judge, path: string): Probe => ({
    title: `socket, ${judge}, ${path.split('?')[0]}`,
    judge,
    status: 101,
    ask: (page) => handshake(port, path, page),
  });
  const byPage = as(bearerOf('token of one page', PAGE, bound.token));
  return [
    as(NOBODY)('POST /v1/streaming.create_token', 200),
    byKey('POST /v1/streaming.create_token', 200),
    byKey('POST /v1/streaming.new', 200, {}, once),
    byKey('POST /v1/streaming.keep_alive', 200, named),
    as(bearerOf('token', 'the list', stream.token))('POST /v1/streaming.keep_alive', 200, named),
    byPage('POST /v1/streaming.start', 200, { session_id: bound.sessionId }),
    socket('the list', socketPath(silent)),
    socket('the list', `/api/v1/avatar${socketPath(silent)}`),
    socket(PAGE, socketPath(bound)),
  ];
}

/** A session of the legacy vendor whose token a page has asked for. */
async function openFromPage(world: StreamingWorld, shop: Tenant) {
  const post = async (route: string, credential: Readonly<Record<string, string>>) => {
    const headers = { origin: HOME, ...credential };
    const path = `/v1/streaming.${route}`;
    const { body } = await world.streaming.call<StreamAnswer>('POST', path, { headers, json: {} });
    return body.data ?? {};
  };
  const { token = '' } = await post('create_token', { 'x-api-key': shop.key });
  const { session_id: sessionId = '' } = await post('new', { authorization: `Bearer ${token}` });
  return { token, sessionId };
}

/** Petya's routes with every kind of credential. */
export async function petyaProbes({ petya }: StreamingWorld, shop: Tenant): Promise<Probe[]> {
  const as = (holder: Holder) => probesOf(`${petya.baseUrl}/api/v1`, holder);
  const byKey = as(keyOf(shop));
  const byBearer = as(bearerOf('key as bearer', 'the list', shop.key));
  const service = as(bearerOf('service', 'nothing', PETYA_SERVICE_TOKEN));
  const { visitorId, proof } = await shop.proveVisitor();
  const id = await shop.openConversation({ visitorId });
  const transcript = [turn('user', 'a', 1_760_000_000)];
  const delivery = { sessionId: 's', status: 'active', transcript };
  await deliver(petya, id, delivery);
  const message = { conversationId: id, isFromUser: true, content: 'hello' };
  return [
    as(NOBODY)('GET /account/config', 200),
    as(NOBODY)(`POST /avatar/conversations/${id}/status`, 200, delivery),
    as(NO_OPERATOR)('GET /admin/accounts', 200),
    as(OPERATOR)(`GET /admin/accounts/${shop.accountId}`, 200),
    service(`POST /avatar/conversations/${id}/status`, 200, delivery),
    probesOf(petya.baseUrl, { ...NOBODY, judge: 'nothing' })('GET /health/ready', 200),
    byKey('GET /avatar/config', 200),
    byBearer('GET /account/config', 200),
    byBearer('POST /visitors/init', 201, {}),
    byBearer('POST /conversations/userConversation/init', 201, {}),
    byBearer('POST /messages/userMessages/init', 201, message),
    byBearer(`GET /conversations/userConversation/${id}`, 200, undefined, proof),
    byKey(`PATCH /conversations/userConversation/${id}/status`, 200, { status: 'active' }),
  ];
}
