/* oxlint-disable oxc/no-async-endpoint-handlers -- Express 5 hears of what they reject */
import axios from 'axios';
import express from 'express';
import { Agent, createServer } from 'node:http';
import process from 'node:process';
import { WebSocket, WebSocketServer } from 'ws';
import {
  BODY_LIMIT,
  DEADLINE_MS,
  envelope,
  finalUpdate,
  petyaToken,
  petyaUrl,
  tokenRequest,
  vendorKey,
  vendorUrl,
} from './plain-session.mjs';

/**
 * The plain way on Express 5, axios and ws, with kept connections.
 * @param store where sessions and turns are: `memoryStore`, or one that answers with promises
 */
export function serveExpress(store) {
  const shared = { timeout: DEADLINE_MS, validateStatus: () => true };
  const vendor = axios.create({
    ...shared,
    baseURL: vendorUrl,
    httpAgent: new Agent({ keepAlive: true }),
    headers: { 'x-api-key': vendorKey },
  });
  const petya = axios.create({
    ...shared,
    baseURL: petyaUrl,
    httpAgent: new Agent({ keepAlive: true }),
  });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.json({ limit: BODY_LIMIT }));

  app.post('/v1/sessions/token', async (request, response) => {
    const key = request.get('x-api-key');
    if (!key) return response.status(401).json({ code: 401 });
    const config = await petya.get('/api/v1/avatar/config', { headers: { 'x-api-key': key } });
    if (config.status !== 200) return response.status(401).json({ code: 401 });
    const opened = await vendor.post('/v1/sessions/token', tokenRequest(config.data));
    if (opened.status !== 200) return response.status(opened.status).json(opened.data);
    response.json(envelope(await store.open(opened.data.data, config.data, request.body)));
  });

  app.post('/v1/sessions/start', withSession, async (_request, response) => {
    const { session } = response.locals;
    const headers = { authorization: `Bearer ${session.token}` };
    const { status, data } = await vendor.post('/v1/sessions/start', undefined, { headers });
    await store.start(session);
    const { livekit_agent_token: _agent, ...media } = data.data ?? {};
    response.status(status).json({ ...data, data: { ...media, intro: session.intro } });
  });

  app.post('/v1/sessions/keep-alive', withSession, async (_request, response) => {
    const { session } = response.locals;
    await store.see(session);
    const { status, data } = await vendor.post('/v1/sessions/keep-alive', {
      session_id: session.id,
    });
    response.status(status).json(status === 200 ? envelope({ session_id: session.id }) : data);
  });

  app.post('/v1/streaming.avatar_message', withSession, async (request, response) => {
    const { session } = response.locals;
    const message_id = await store.say(session, request.body);
    if (message_id === null) return response.status(422).json({ code: 422 });
    response.json(envelope({ session_id: session.id, message_id }));
  });

  app.get('/v1/sessions/:id/transcript', withSession, async (_request, response) => {
    const transcript_data = await store.transcript(response.locals.session);
    response.json(envelope({ transcript_data }));
  });

  app.post('/v1/sessions/stop', withSession, async (_request, response) => {
    const { session } = response.locals;
    await vendor.post('/v1/sessions/stop', { session_id: session.id, reason: 'USER_CLOSED' });
    await store.stop(session);
    response.json(envelope({ session_id: session.id }));
    const { path, body } = finalUpdate(session, await store.transcript(session));
    await petya.post(path, body, { headers: { authorization: `Bearer ${petyaToken}` } });
    await store.close(session);
  });

  async function withSession(request, response, next) {
    const id = request.body?.session_id ?? request.params.id;
    const session = await store.find(request.get('authorization'), id);
    if (!session) return response.status(401).json({ code: 401 });
    response.locals.session = session;
    next();
  }

  const server = createServer(app);
  relaySockets(server);
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.once('disconnect', () => process.exit());
}

function relaySockets(server) {
  const sockets = new WebSocketServer({ server, path: '/v1/ws/streaming.chat' });
  sockets.on('connection', (socket, request) => {
    const upstream = new WebSocket(vendorUrl.replace('http', 'ws') + request.url, {
      headers: { 'x-api-key': vendorKey },
    });
    const waiting = [];
    upstream.once('open', () => {
      for (const [frame, isBinary] of waiting) upstream.send(frame, { binary: isBinary });
    });
    socket.on('message', (frame, isBinary) => {
      if (upstream.readyState === WebSocket.OPEN) upstream.send(frame, { binary: isBinary });
      else waiting.push([frame, isBinary]);
    });
    upstream.on('message', (frame, isBinary) => socket.send(frame, { binary: isBinary }));
    upstream.on('error', () => socket.close(1011)).on('close', () => socket.close());
    socket.on('error', () => upstream.close()).on('close', () => upstream.close());
  });
}
