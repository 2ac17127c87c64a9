import type { Answer } from '../http.answers.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { unauthorised, unreadableBody } from './access.js';
import { CODE, failure, invalid, sessionNotFound, success } from './envelope.js';
import type { VendorSession } from './session.js';
import { MemberChecks, STOP_REASONS, isJsonObject, type JsonObject } from './validation.js';

interface Addressed {
  session: VendorSession | null;
  /** The request's body, null when there was none. */
  body: JsonObject | null;
}

/** The body of stop and keep-alive, which may be missing altogether, or why it is refused. */
function readBody(
  call: VendorCall,
  world: SimulatorWorld,
): { body: JsonObject | null } | { refusal: Answer } {
  if (call.body.kind === 'unreadable') return { refusal: unreadableBody(world.settings) };
  const given = call.body.kind === 'json' ? call.body.value : null;
  if (given !== null && !isJsonObject(given)) {
    const msg = 'Input should be a valid dictionary or object';
    const problem = { loc: ['body'], msg, type: 'model_attributes_type' };
    return { refusal: invalid(world.settings, [problem]) };
  }
  const checks = new MemberChecks(given ?? {});
  checks.uuid('session_id', call.tokenSessionId === null);
  checks.oneOf('reason', STOP_REASONS);
  if (checks.problems.length > 0) return { refusal: invalid(world.settings, checks.problems) };
  return { body: given };
}

/** The session that stop and keep-alive are about: the body's with an API key, else the token's. */
function addressed(call: VendorCall, world: SimulatorWorld): Addressed | { refusal: Answer } {
  if (!call.hasApiKey && call.tokenSessionId === null) return { refusal: unauthorised() };
  const read = readBody(call, world);
  if ('refusal' in read) return read;
  const { body } = read;
  const named = body?.['session_id'];
  if (!call.hasApiKey && typeof named === 'string' && named !== call.tokenSessionId) {
    return { refusal: sessionNotFound() };
  }
  const id = typeof named === 'string' ? named : (call.tokenSessionId ?? '');
  return { session: world.liveavatar.find(id), body };
}

function isLive(session: VendorSession): boolean {
  return session.startedAtMs !== null && session.endedAtMs === null;
}

function stop(call: VendorCall, world: SimulatorWorld): Answer {
  const target = addressed(call, world);
  if ('refusal' in target) return target.refusal;
  const { session, body } = target;
  if (session) session.stops += 1;
  if (!session || !isLive(session)) return sessionNotFound();
  const asked = STOP_REASONS.find((reason) => reason === body?.['reason']);
  // Reference 2.6: UNKNOWN inside a body, USER_CLOSED when there is none.
  world.liveavatar.end(session, asked ?? (body ? 'UNKNOWN' : 'USER_CLOSED'));
  return success(null);
}

function keepAlive(call: VendorCall, world: SimulatorWorld): Answer {
  const target = addressed(call, world);
  if ('refusal' in target) return target.refusal;
  const { session } = target;
  if (!session) return sessionNotFound();
  session.keepAlives += 1;
  if (!isLive(session)) return failure(400, CODE.badRequest, 'Session is no longer active');
  world.liveavatar.touch(session);
  return success(null);
}

function namedSession(call: VendorCall): string | undefined {
  const value = call.body.kind === 'json' && isJsonObject(call.body.value) ? call.body.value : {};
  const named = value['session_id'];
  return typeof named === 'string' ? named : (call.tokenSessionId ?? undefined);
}

/** POST /v1/sessions/stop and /v1/sessions/keep-alive, with either credential. */
export const lifecycleRoutes: VendorRoute[] = [
  {
    name: 'stop',
    method: 'POST',
    pattern: '/v1/sessions/stop',
    handle: stop,
    sessionId: namedSession,
  },
  {
    name: 'keep-alive',
    method: 'POST',
    pattern: '/v1/sessions/keep-alive',
    handle: keepAlive,
    sessionId: namedSession,
  },
];
