import fastify from 'fastify';
import process from 'node:process';
import { Pool } from 'undici';
import {
  BODY_LIMIT,
  DEADLINE_MS,
  envelope,
  finalUpdate,
  memoryStore as store,
  petyaToken,
  petyaUrl,
  tokenRequest,
  vendorKey,
  vendorUrl,
} from './plain-session.mjs';

/* The plain way on Fastify and undici, with kept connections and everything in memory. */
const timeouts = { headersTimeout: DEADLINE_MS, bodyTimeout: DEADLINE_MS };
const vendor = new Pool(vendorUrl, { connections: 64, ...timeouts });
const petya = new Pool(petyaUrl, { connections: 64, ...timeouts });

const app = fastify({ bodyLimit: BODY_LIMIT });
app.decorateRequest('session', null);

app.post('/v1/sessions/token', async (request, reply) => {
  const key = request.headers['x-api-key'];
  if (!key) return reply.code(401).send({ code: 401 });
  const config = await call(petya, 'GET', '/api/v1/avatar/config', { 'x-api-key': key });
  if (config.status !== 200) return reply.code(401).send({ code: 401 });
  const opened = await byKey('/v1/sessions/token', tokenRequest(config.data));
  if (opened.status !== 200) return reply.code(opened.status).send(opened.data);
  return envelope(store.open(opened.data.data, config.data, request.body));
});

app.post('/v1/sessions/start', { preHandler: withSession }, async ({ session }, reply) => {
  const headers = { authorization: `Bearer ${session.token}` };
  const { status, data } = await call(vendor, 'POST', '/v1/sessions/start', headers);
  store.start(session);
  const { livekit_agent_token: _agent, ...media } = data.data ?? {};
  return reply.code(status).send({ ...data, data: { ...media, intro: session.intro } });
});

app.post('/v1/sessions/keep-alive', { preHandler: withSession }, async ({ session }, reply) => {
  const { status, data } = await byKey('/v1/sessions/keep-alive', { session_id: session.id });
  return reply.code(status).send(status === 200 ? envelope({ session_id: session.id }) : data);
});

app.post('/v1/streaming.avatar_message', { preHandler: withSession }, async (request, reply) => {
  const message_id = store.say(request.session, request.body);
  if (message_id === null) return reply.code(422).send({ code: 422 });
  return envelope({ session_id: request.session.id, message_id });
});

app.get('/v1/sessions/:id/transcript', { preHandler: withSession }, async ({ session }) =>
  envelope({ transcript_data: store.transcript(session) }),
);

app.post('/v1/sessions/stop', { preHandler: withSession }, async ({ session }) => {
  await byKey('/v1/sessions/stop', { session_id: session.id, reason: 'USER_CLOSED' });
  store.stop(session);
  const { path, body } = finalUpdate(session, store.transcript(session));
  void call(petya, 'POST', path, { authorization: `Bearer ${petyaToken}` }, body);
  return envelope({ session_id: session.id });
});

async function withSession(request, reply) {
  const id = request.body?.session_id ?? request.params.id;
  const session = store.find(request.headers.authorization, id);
  if (session === undefined) return reply.code(401).send({ code: 401 });
  request.session = session;
}

function byKey(path, body) {
  return call(vendor, 'POST', path, { 'x-api-key': vendorKey }, body);
}

async function call(pool, method, path, headers, body) {
  const { statusCode, body: answer } = await pool.request({
    method,
    path,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: statusCode, data: await answer.json() };
}

await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
process.once('disconnect', () => process.exit());
