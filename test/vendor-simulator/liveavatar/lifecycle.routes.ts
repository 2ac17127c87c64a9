import type { Answer } from '../http.answers.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { CODE, failure, invalid, sessionNotFound, success, type InputProblem } from './envelope.js';
import type { VendorSession } from './session.js';
import { readTokenRequest, type TokenRequest } from './token.request.js';
import { signToken } from './token.js';
import {
  MemberChecks,
  SANDBOX_AVATAR_ID,
  SANDBOX_MAX_SECONDS,
  STOP_REASONS,
  isJsonObject,
  type JsonObject,
} from './validation.js';

const unauthorised = (): Answer => failure(401, CODE.unauthorised, 'Unauthorized');

const UNREADABLE: InputProblem[] = [
  { loc: ['body', 0], msg: 'JSON decode error', type: 'json_invalid' },
];

function claimsOf(session: VendorSession, world: SimulatorWorld): Record<string, unknown> {
  const { request } = session;
  const issuedAt = Math.floor(session.mintedAtMs / 1000);
  return {
    session_id: session.id,
    iat: issuedAt,
    exp: issuedAt + world.settings.tokenLifetimeSeconds,
    start_session_data: {
      mode: request.mode,
      avatar_id: request.avatarId,
      is_sandbox: request.isSandbox,
      voice_id: request.voiceId,
      interactivity_type: request.interactivityType,
    },
  };
}

/** 400s that come after the body was found well formed (reference 2.12 and 2.14). */
function refusedByPlan(request: TokenRequest, capSeconds: number): Answer | null {
  if (request.isSandbox && request.avatarId !== SANDBOX_AVATAR_ID) {
    return failure(400, CODE.badRequest, 'This avatar cannot be used in sandbox mode');
  }
  if ((request.maxSessionSeconds ?? 0) > capSeconds) {
    return failure(
      400,
      CODE.badRequest,
      `max_session_duration cannot exceed ${capSeconds} seconds`,
    );
  }
  return null;
}

function mint(call: VendorCall, world: SimulatorWorld): Answer {
  if (!call.hasApiKey) return unauthorised();
  if (call.body.kind === 'unreadable') return invalid(world.settings, UNREADABLE);
  const received = call.body.kind === 'json' ? call.body.value : undefined;
  const read = readTokenRequest(received);
  if ('problems' in read) return invalid(world.settings, read.problems);
  const { request } = read;
  const capSeconds = request.isSandbox ? SANDBOX_MAX_SECONDS : world.settings.planMaxSessionSeconds;
  const refusal = refusedByPlan(request, capSeconds);
  if (refusal) return refusal;
  const maxSeconds = request.maxSessionSeconds ?? capSeconds;
  const session = world.liveavatar.mint(request, received, maxSeconds);
  const token = signToken(claimsOf(session, world), world.tokenSecret);
  return success({ session_id: session.id, session_token: token });
}

/** Why a session may not start, or null (order: token used up, configuration, slot, credits). */
function refusedStart(session: VendorSession, world: SimulatorWorld): Answer | null {
  if (session.startedAtMs !== null) {
    return failure(400, CODE.badRequest, 'Session has already been started');
  }
  const llm = session.request.llmConfigurationId;
  if (llm !== null && !world.settings.llmConfigurationIds.includes(llm)) {
    return failure(400, CODE.badRequest, 'LLM configuration not found');
  }
  if (!world.liveavatar.hasFreeSlot()) {
    return failure(403, CODE.concurrency, 'Session concurrency limit reached');
  }
  if (!world.liveavatar.canPay(session)) {
    return failure(403, CODE.noCredits, 'Insufficient credits to start a session');
  }
  return null;
}

function roomToken(session: VendorSession, identity: string, world: SimulatorWorld): string {
  const seconds = Math.floor(world.clock.nowMs() / 1000);
  return signToken(
    {
      sub: identity,
      iss: 'vendor-simulator',
      nbf: seconds,
      exp: seconds + session.maxSeconds,
      video: { room: session.id, roomJoin: true, canPublish: true, canSubscribe: true },
    },
    world.tokenSecret,
  );
}

function start(call: VendorCall, world: SimulatorWorld): Answer {
  const session = world.liveavatar.find(call.tokenSessionId ?? '');
  if (!session) return unauthorised();
  session.starts += 1;
  const refusal = refusedStart(session, world);
  if (refusal) return refusal;
  world.liveavatar.start(session);
  const data = {
    session_id: session.id,
    livekit_url: world.settings.livekitUrl,
    livekit_client_token: roomToken(session, `client-${session.id}`, world),
    livekit_agent_token: roomToken(session, `agent-${session.id}`, world),
    max_session_duration: session.maxSeconds,
    ws_url: null,
  };
  return success(data, 201);
}

/** The session that stop and keep-alive are about: the token's, else the body's. */
function addressed(
  call: VendorCall,
  world: SimulatorWorld,
): { session: VendorSession | null; body: JsonObject | null } | { refusal: Answer } {
  if (!call.hasApiKey && call.tokenSessionId === null) return { refusal: unauthorised() };
  if (call.body.kind === 'unreadable') return { refusal: invalid(world.settings, UNREADABLE) };
  const given = call.body.kind === 'json' ? (call.body.value ?? undefined) : undefined;
  if (given !== undefined && !isJsonObject(given)) {
    const msg = 'Input should be a valid dictionary or object';
    const problem = { loc: ['body'], msg, type: 'model_attributes_type' };
    return { refusal: invalid(world.settings, [problem]) };
  }
  const body = given ?? null;
  const checks = new MemberChecks(body ?? {});
  checks.uuid('session_id', call.tokenSessionId === null);
  checks.oneOf('reason', STOP_REASONS);
  if (checks.problems.length > 0) return { refusal: invalid(world.settings, checks.problems) };
  const named = body?.['session_id'];
  if (!call.hasApiKey && typeof named === 'string' && named !== call.tokenSessionId) {
    return { refusal: sessionNotFound() };
  }
  const id = typeof named === 'string' ? named : (call.tokenSessionId ?? '');
  return { session: world.liveavatar.find(id), body };
}

function stop(call: VendorCall, world: SimulatorWorld): Answer {
  const target = addressed(call, world);
  if ('refusal' in target) return target.refusal;
  const { session, body } = target;
  if (session) session.stops += 1;
  if (!session || session.startedAtMs === null || session.endedAtMs !== null) {
    return sessionNotFound();
  }
  const asked = STOP_REASONS.find((reason) => reason === body?.['reason']);
  world.liveavatar.end(session, asked ?? (body ? 'UNKNOWN' : 'USER_CLOSED'));
  return success(null);
}

function keepAlive(call: VendorCall, world: SimulatorWorld): Answer {
  const target = addressed(call, world);
  if ('refusal' in target) return target.refusal;
  const { session } = target;
  if (!session) return sessionNotFound();
  session.keepAlives += 1;
  if (session.startedAtMs === null || session.endedAtMs !== null) {
    return failure(400, CODE.badRequest, 'Session is no longer active');
  }
  world.liveavatar.touch(session);
  return success(null);
}

function namedSession(call: VendorCall): string | undefined {
  const value = call.body.kind === 'json' && isJsonObject(call.body.value) ? call.body.value : {};
  const named = value['session_id'];
  return typeof named === 'string' ? named : (call.tokenSessionId ?? undefined);
}

function mintedSession(_call: VendorCall, answer: Answer): string | undefined {
  const body = answer.body as { data?: { session_id?: string } | null };
  return answer.status === 200 ? body.data?.session_id : undefined;
}

/** token, start, stop and keep-alive. */
export const lifecycleRoutes: VendorRoute[] = [
  {
    name: 'token',
    method: 'POST',
    pattern: '/v1/sessions/token',
    handle: mint,
    sessionId: mintedSession,
  },
  {
    name: 'start',
    method: 'POST',
    pattern: '/v1/sessions/start',
    handle: start,
    sessionId: (call) => call.tokenSessionId ?? undefined,
  },
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
