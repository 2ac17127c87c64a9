import type { Answer } from '../http.answers.js';
import type { SimulatorSettings } from '../settings.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { unreadableBody, withApiKey } from './access.js';
import { CODE, failure, invalid, success } from './envelope.js';
import type { VendorSession } from './session.js';
import { readTokenRequest, type TokenRequest } from './token.request.js';
import { signToken } from './token.js';
import { SANDBOX_AVATAR_ID, SANDBOX_MAX_SECONDS } from './validation.js';

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
function refusedByPlan(
  request: TokenRequest,
  capSeconds: number,
  requiredVariables: readonly string[],
): Answer | null {
  const missing = requiredVariables.filter((name) => request.variables[name] === undefined);
  if (missing.length > 0) {
    return failure(400, CODE.badRequest, `Missing dynamic_variables: ${missing.join(', ')}`);
  }
  if (request.isSandbox && request.avatarId !== SANDBOX_AVATAR_ID) {
    return failure(400, CODE.badRequest, 'This avatar cannot be used in sandbox mode');
  }
  if ((request.maxSessionSeconds ?? 0) <= capSeconds) return null;
  const message = `max_session_duration cannot exceed ${capSeconds} seconds`;
  return failure(400, CODE.badRequest, message);
}

/** The type of a voice agent is known at the vendor alone, and decides the mode. */
function asResolved(request: TokenRequest, settings: SimulatorSettings): TokenRequest {
  const { voiceAgentId } = request;
  const isLite = voiceAgentId !== null && settings.liteVoiceAgentIds.includes(voiceAgentId);
  return isLite ? { ...request, mode: 'LITE' } : request;
}

function mint(call: VendorCall, world: SimulatorWorld): Answer {
  if (call.body.kind === 'unreadable') return unreadableBody(world.settings);
  const received = call.body.kind === 'json' ? call.body.value : undefined;
  const read = readTokenRequest(received);
  if ('problems' in read) return invalid(world.settings, read.problems);
  const request = asResolved(read.request, world.settings);
  const capSeconds = request.isSandbox ? SANDBOX_MAX_SECONDS : world.settings.planMaxSessionSeconds;
  const refusal = refusedByPlan(request, capSeconds, world.settings.requiredVariables);
  if (refusal) return refusal;
  const maxSeconds = request.maxSessionSeconds ?? capSeconds;
  const session = world.liveavatar.mint(request, received, maxSeconds);
  const token = signToken(claimsOf(session, world), world.tokenSecret);
  return success({ session_id: session.id, session_token: token });
}

function mintedSession(_call: VendorCall, answer: Answer): string | undefined {
  if (answer.status !== 200) return undefined;
  const body = answer.body as { data?: { session_id?: string } | null } | null;
  return body?.data?.session_id;
}

/** POST /v1/sessions/token: reserves no slot and costs nothing. */
export const tokenRoutes: VendorRoute[] = [
  {
    name: 'token',
    method: 'POST',
    pattern: '/v1/sessions/token',
    handle: withApiKey(mint),
    sessionId: mintedSession,
  },
];
