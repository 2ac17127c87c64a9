import type { Answer } from '../http.answers.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { VendorCall, VendorRoute } from '../vendor.call.js';
import { unauthorised } from './access.js';
import { CODE, failure, success } from './envelope.js';
import type { VendorSession } from './session.js';
import { signToken } from './token.js';

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

/** Where the visitor's media is; without a room server an address where nobody listens. */
function visitorMedia(session: VendorSession, world: SimulatorWorld): Record<string, string> {
  const { rooms } = world;
  return {
    livekit_url: rooms?.publicUrl ?? world.settings.livekitUrl,
    livekit_client_token:
      rooms?.visitorToken(session) ?? roomToken(session, `client-${session.id}`, world),
  };
}

/** A LiveKit access token; `video.room` is the session's id. */
function roomToken(session: VendorSession, identity: string, world: SimulatorWorld): string {
  const seconds = Math.floor(world.clock.nowMs() / 1000);
  const claims = {
    sub: identity,
    iss: 'vendor-simulator',
    nbf: seconds,
    exp: seconds + session.maxSeconds,
    video: { room: session.id, roomJoin: true, canPublish: true, canSubscribe: true },
  };
  return signToken(claims, world.tokenSecret);
}

function start(call: VendorCall, world: SimulatorWorld): Answer {
  const session = world.liveavatar.find(call.tokenSessionId ?? '');
  if (!session) return unauthorised();
  session.starts += 1;
  const refusal = refusedStart(session, world);
  if (refusal) return refusal;
  world.liveavatar.start(session);
  const { livekitUrl } = world.settings;
  const data = {
    session_id: session.id,
    ...visitorMedia(session, world),
    livekit_agent_token: roomToken(session, `agent-${session.id}`, world),
    max_session_duration: session.maxSeconds,
    ws_url: session.request.mode === 'LITE' ? `${livekitUrl}/v1/ws/${session.id}` : null,
  };
  return success(data, 201);
}

/** POST /v1/sessions/start: the session token decides, an API key beside it changes nothing. */
export const startRoutes: VendorRoute[] = [
  {
    name: 'start',
    method: 'POST',
    pattern: '/v1/sessions/start',
    handle: start,
    sessionId: (call) => call.tokenSessionId ?? undefined,
  },
];
