import type { IncomingMessage, ServerResponse } from 'node:http';
import { deliverFault } from './fault.delivery.js';
import { corsHeaders, parseJson, readBody, sendJson, type Answer } from './http.answers.js';
import { recordableHeaders, type CredentialKind } from './ledger.js';
import { CODE, failure } from './liveavatar/envelope.js';
import { liveavatarRoutes } from './liveavatar/routes.js';
import { sessionOfToken } from './liveavatar/token.js';
import type { SimulatorWorld } from './simulator.world.js';
import { matchPattern, type VendorBody, type VendorCall, type VendorRoute } from './vendor.call.js';

const ROUTES: readonly VendorRoute[] = liveavatarRoutes;

interface RouteMatch {
  route: VendorRoute | null;
  params: Record<string, string>;
  /** Methods the path knows; empty when the path is unknown. */
  allowed: string[];
}

function findRoute(method: string, path: string): RouteMatch {
  const allowed: string[] = [];
  for (const route of ROUTES) {
    const params = matchPattern(route.pattern, path);
    if (params === null) continue;
    if (route.method === method) return { route, params, allowed };
    allowed.push(route.method);
  }
  return { route: null, params: {}, allowed };
}

/** FastAPI reads JSON only where the content type says so; the SDK sends the type without a body. */
function readVendorBody(text: string | null, contentType: string | undefined): VendorBody {
  if (text === '') return { kind: 'none' };
  if (text === null || !/^application\/(.+\+)?json\b/i.test(contentType ?? '')) {
    return { kind: 'unreadable' };
  }
  const parsed = parseJson(text);
  return parsed.ok ? { kind: 'json', value: parsed.value } : { kind: 'unreadable' };
}

function tokenSession(request: IncomingMessage, world: SimulatorWorld): string | null {
  const header = request.headers.authorization ?? '';
  const match = /^Bearer +(\S+)$/i.exec(header);
  const id = match?.[1] && sessionOfToken(match[1], world.tokenSecret, world.clock.nowMs());
  return id && world.liveavatar.find(id) ? id : null;
}

function credentialKind(
  request: IncomingMessage,
  hasApiKey: boolean,
  hasToken: boolean,
  routeName: string,
): CredentialKind {
  if (hasToken && (routeName === 'start' || !hasApiKey)) return 'bearer';
  if (hasApiKey) return 'api-key';
  const sent = request.headers['x-api-key'] ?? request.headers.authorization;
  return sent === undefined ? 'none' : 'wrong';
}

/** The rate limit's headers, and the 429 when this request is one too many. */
function limited(call: VendorCall, request: IncomingMessage, route: string, world: SimulatorWorld) {
  const limit = world.settings.rateLimitPerSecond;
  if (limit <= 0) return { headers: {}, refusal: null };
  const caller =
    (call.hasApiKey ? world.apiKey : call.tokenSessionId) ?? request.socket.remoteAddress ?? '';
  const window = world.rate.count(`${caller} ${route}`, limit, world.clock.nowMs());
  const headers: Record<string, string> = {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.max(0, window.remaining)),
    'x-ratelimit-reset': window.resetSeconds.toFixed(3),
  };
  if (window.remaining >= 0) return { headers, refusal: null };
  headers['retry-after'] = String(Math.ceil(window.resetSeconds));
  return { headers, refusal: failure(429, CODE.rateLimited, 'Rate limit exceeded') };
}

function answerCall(match: RouteMatch, call: VendorCall, world: SimulatorWorld): Answer {
  if (match.route) return match.route.handle(call, world);
  if (match.allowed.length === 0) return { status: 404, body: { detail: 'Not Found' } };
  const allow = match.allowed.join(', ');
  return { status: 405, body: { detail: 'Method Not Allowed' }, headers: { allow } };
}

/** Answers one request to the vendor: ledger, rate limit, scripted fault, route. */
export async function dispatchVendor(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  world: SimulatorWorld,
): Promise<void> {
  const text = await readBody(request);
  world.sweep();
  const method = request.method ?? 'GET';
  const match = findRoute(method, url.pathname);
  const name = match.route?.name ?? 'unknown';
  const hasApiKey = request.headers['x-api-key'] === world.apiKey;
  const tokenSessionId = tokenSession(request, world);
  const body = readVendorBody(text, request.headers['content-type']);
  const call: VendorCall = {
    method,
    url,
    headers: request.headers,
    body,
    params: match.params,
    hasApiKey,
    tokenSessionId,
    credential: credentialKind(request, hasApiKey, tokenSessionId !== null, name),
  };
  const ledger = world.ledger;
  const row = ledger.open({
    at: new Date(world.clock.nowMs()).toISOString(),
    method,
    path: url.pathname + url.search,
    route: name,
    credential: call.credential,
    headers: recordableHeaders(request.headers),
    body: body.kind === 'json' ? body.value : text || null,
  });
  const fault = world.faults.take(name);
  if (fault) row.fault = fault.kind;
  const limit = limited(call, request, name, world);
  let answer: Answer = { status: 200, body: null };
  if (!fault || fault.effect) answer = limit.refusal ?? answerCall(match, call, world);
  const sessionId = match.route?.sessionId?.(call, answer);
  if (sessionId !== undefined) row.sessionId = sessionId;
  answer.headers = { ...corsHeaders(request), ...limit.headers, ...answer.headers };
  if (fault) {
    const status = await deliverFault(fault, request, response, answer);
    if (status !== null) ledger.answered(row, status);
    return;
  }
  sendJson(response, answer);
  ledger.answered(row, answer.status);
}
