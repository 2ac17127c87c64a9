import { randomUUID } from 'node:crypto';
import type { Answer } from '../http.answers.js';
import type { SimulatorWorld } from '../simulator.world.js';
import { isJsonObject, type JsonObject } from '../liveavatar/validation.js';
import { signToken } from '../liveavatar/token.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { HEYGEN_CODE, heygenFailure, heygenSuccess } from './envelope.js';
import type { HeyGenSession } from './session.js';
import { answer, speak } from './speech.js';

type Handler = (body: JsonObject, call: VendorCall, world: SimulatorWorld) => Answer;

function unauthorised(): Answer {
  return heygenFailure(401, HEYGEN_CODE.unauthorised, 'Unauthorized');
}

/** Key or one-time token, a JSON object or nothing, and no answer at all once the API is retired. */
function guarded(handle: Handler, keyOnly = false): VendorRoute['handle'] {
  return (call, world) => {
    if (world.settings.heygenSunset) {
      return heygenFailure(410, 'endpoint_sunset', 'This endpoint has been sunset');
    }
    const hasToken = call.bearer !== null && world.heygen.isToken(call.bearer);
    if (!call.hasApiKey && (keyOnly || !hasToken)) return unauthorised();
    const value = call.body.kind === 'json' ? call.body.value : {};
    if (call.body.kind === 'unreadable' || !isJsonObject(value)) {
      return heygenFailure(400, HEYGEN_CODE.invalid, 'Invalid parameter');
    }
    return handle(value, call, world);
  };
}

/** As `guarded`, for calls about a session that is there. */
function withSession(
  handle: (session: HeyGenSession, body: JsonObject, world: SimulatorWorld) => Answer,
): VendorRoute['handle'] {
  return guarded((body, _call, world) => {
    const id = body['session_id'];
    if (typeof id !== 'string') {
      return heygenFailure(400, HEYGEN_CODE.missing, 'session_id is required');
    }
    const session = world.heygen.find(id);
    if (!session || session.endedAtMs !== null) {
      if (session) session.stops += handle === stop ? 1 : 0;
      return heygenFailure(400, HEYGEN_CODE.unknownSession, 'Session does not exist');
    }
    return handle(session, body, world);
  });
}

const createToken = guarded(
  (_body, _call, world) => ({
    status: 200,
    body: { error: null, data: { token: world.heygen.createToken() } },
  }),
  true,
);

const create = guarded((body, call, world) => {
  const token = call.bearer ?? world.heygen.createToken();
  if (world.heygen.isUsed(token)) {
    return heygenFailure(401, HEYGEN_CODE.tokenInvalid, 'Token is invalid');
  }
  if (body['version'] !== 'v2') return heygenFailure(400, HEYGEN_CODE.invalid, 'Invalid version');
  // The documented name wins over the SDK's (reference 1.2).
  const avatar = body['avatar_id'] ?? body['avatar_name'] ?? 'default';
  if (typeof avatar !== 'string' || world.settings.heygenUnknownAvatars.includes(avatar)) {
    return heygenFailure(400, HEYGEN_CODE.avatarNotFound, 'Avatar not found');
  }
  if (!world.heygen.hasFreeSlot()) {
    const message =
      'Concurrent limit reached, please make sure you have closed other testing sessions under the same account';
    return heygenFailure(400, HEYGEN_CODE.concurrency, message);
  }
  return heygenSuccess(openedData(world.heygen.open(token, body), world));
});

function openedData(session: HeyGenSession, world: SimulatorWorld): Record<string, unknown> {
  const { streamRooms: rooms } = world;
  const room = (identity: string) =>
    signToken({ sub: identity, video: { room: session.id, roomJoin: true } }, world.tokenSecret);
  return {
    session_id: session.id,
    url: rooms?.publicUrl ?? world.settings.livekitUrl,
    access_token: rooms?.visitorToken(session) ?? room('client'),
    session_duration_limit: world.settings.heygenMaxSeconds,
    is_paid: true,
    realtime_endpoint: `wss://signaling.localhost/v2-alpha/interactive-avatar/session/${session.id}`,
    livekit_agent_token: room('agent'),
    sdp: null,
    ice_servers: null,
    ice_servers2: null,
  };
}

function start(session: HeyGenSession, _body: JsonObject, world: SimulatorWorld): Answer {
  session.starts += 1;
  session.startedAtMs ??= world.clock.nowMs();
  world.streamRooms?.started(session);
  world.heygen.touch(session);
  return heygenSuccess({ status: 'success' });
}

function task(session: HeyGenSession, body: JsonObject, world: SimulatorWorld): Answer {
  if (session.startedAtMs === null) {
    return heygenFailure(400, HEYGEN_CODE.wrongState, 'Session is not in correct state');
  }
  const { text } = body;
  if (typeof text !== 'string' || text === '') {
    return heygenFailure(400, HEYGEN_CODE.missing, 'text is required');
  }
  const type = body['task_type'] === 'talk' || body['task_type'] === 'chat' ? 'talk' : 'repeat';
  const taskId = randomUUID();
  session.tasks.push({ taskId, type, text });
  world.heygen.touch(session);
  if (type === 'repeat') speak(session, text, taskId);
  else answer(session, text, taskId, world);
  return heygenSuccess({ duration_ms: text.length * 60, task_id: taskId });
}

function stop(session: HeyGenSession, _body: JsonObject, world: SimulatorWorld): Answer {
  session.stops += 1;
  world.heygen.end(session, 'stopped');
  return heygenSuccess({ status: 'success' });
}

function interrupt(session: HeyGenSession): Answer {
  session.interrupts += 1;
  return heygenSuccess({ status: 'success' });
}

function keepAlive(session: HeyGenSession, _body: JsonObject, world: SimulatorWorld): Answer {
  session.keepAlives += 1;
  world.heygen.touch(session);
  return { status: 200, body: { code: HEYGEN_CODE.ok, message: 'success' } };
}

const list = guarded((_body, _call, world) =>
  heygenSuccess({
    sessions: world.heygen.listed().map((session) => ({
      session_id: session.id,
      status: session.startedAtMs === null ? 'new' : 'connected',
      created_at: Math.floor(session.createdAtMs / 1000),
      api_key_type: 'paid',
    })),
  }),
);

function post(name: string, handle: VendorRoute['handle']): VendorRoute {
  return {
    name: `streaming.${name}`,
    method: 'POST',
    pattern: `/v1/streaming.${name}`,
    handle,
    sessionId: (call, reply) => namedSession(call) ?? openedSessionId(reply),
  };
}

function namedSession(call: VendorCall): string | undefined {
  const value = call.body.kind === 'json' && isJsonObject(call.body.value) ? call.body.value : {};
  return typeof value['session_id'] === 'string' ? value['session_id'] : undefined;
}

function openedSessionId({ body }: Answer): string | undefined {
  const data = isJsonObject(body) && isJsonObject(body['data']) ? body['data'] : {};
  return typeof data['session_id'] === 'string' ? data['session_id'] : undefined;
}

/** HeyGen's streaming API (reference 4). */
export const heygenRoutes: VendorRoute[] = [
  post('create_token', createToken),
  post('new', create),
  post('start', withSession(start)),
  post('task', withSession(task)),
  post('stop', withSession(stop)),
  post('interrupt', withSession(interrupt)),
  post('keep_alive', withSession(keepAlive)),
  post('start_listening', withSession(listening)),
  post('stop_listening', withSession(listening)),
  { name: 'streaming.list', method: 'GET', pattern: '/v1/streaming.list', handle: list },
];

function listening(): Answer {
  return { status: 200, body: { code: HEYGEN_CODE.ok, message: 'success' } };
}
