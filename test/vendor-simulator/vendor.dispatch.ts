import type { IncomingMessage, ServerResponse } from 'node:http';
import { deliverFault } from './fault.delivery.js';
import { corsHeaders, parseJson, readBody, sendJson, type Answer } from './http.answers.js';
import { heygenRoutes } from './heygen/routes.js';
import { recordableHeaders, type LedgerRow } from './ledger.js';
import { liveavatarRoutes } from './liveavatar/routes.js';
import { countAgainstLimit } from './rate.limit.js';
import type { SimulatorWorld } from './simulator.world.js';
import { matchPattern, type VendorBody, type VendorCall, type VendorRoute } from './vendor.call.js';
import { readCredentials } from './vendor.credentials.js';

const ROUTES: readonly VendorRoute[] = [...liveavatarRoutes, ...heygenRoutes];

interface RouteMatch {
  /** The route's name, `unknown` when there is none. */
  name: string;
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
    if (route.method === method) return { name: route.name, route, params, allowed };
    allowed.push(route.method);
  }
  return { name: 'unknown', route: null, params: {}, allowed };
}

/** FastAPI reads JSON only where the content type says so; the SDK sends the type without a body. */
function readVendorBody(text: string | null, contentType: string | undefined): VendorBody {
  if (text === null) return { kind: 'too-long' };
  if (text === '') return { kind: 'none' };
  if (!/^application\/(.+\+)?json\b/i.test(contentType ?? '')) return { kind: 'unreadable', text };
  const parsed = parseJson(text);
  return parsed.ok ? { kind: 'json', value: parsed.value } : { kind: 'unreadable', text };
}

function bodyForLedger(body: VendorBody): unknown {
  if (body.kind === 'json') return body.value;
  return body.kind === 'unreadable' ? body.text : null;
}

function answerCall(match: RouteMatch, call: VendorCall, world: SimulatorWorld): Answer {
  if (call.body.kind === 'too-long') {
    return { status: 413, body: { detail: 'Request Entity Too Large' } };
  }
  if (match.route) return match.route.handle(call, world);
  if (match.allowed.length === 0) return { status: 404, body: { detail: 'Not Found' } };
  const allow = match.allowed.join(', ');
  return { status: 405, body: { detail: 'Method Not Allowed' }, headers: { allow } };
}

function record(request: IncomingMessage, call: VendorCall, name: string, world: SimulatorWorld) {
  return world.ledger.open({
    at: new Date(world.clock.nowMs()).toISOString(),
    method: call.method,
    path: call.url.pathname + call.url.search,
    route: name,
    credential: call.kind,
    headers: recordableHeaders(request.headers),
    body: bodyForLedger(call.body),
  });
}

function noteSession(row: LedgerRow, match: RouteMatch, call: VendorCall, answer: Answer): void {
  const sessionId = match.route?.sessionId?.(call, answer);
  if (sessionId !== undefined) row.sessionId = sessionId;
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
  const call: VendorCall = {
    ...readCredentials(request, match.name, world),
    method,
    url,
    params: match.params,
    body: readVendorBody(text, request.headers['content-type']),
    address: request.socket.remoteAddress ?? '',
  };
  const { ledger } = world;
  const row = record(request, call, match.name, world);
  const fault = world.faults.take(match.name);
  const limit = countAgainstLimit(call, match.name, world);
  const carriedOut = !fault || fault.effect;
  const answer: Answer = carriedOut
    ? (limit.refusal ?? answerCall(match, call, world))
    : { status: 200, body: null };
  noteSession(row, match, call, answer);
  answer.headers = { ...corsHeaders(request), ...limit.headers, ...answer.headers };
  if (fault) {
    row.fault = fault.kind;
    if (carriedOut) row.effectStatus = answer.status;
    const status = await deliverFault(fault, request, response, answer);
    if (status !== null) ledger.answered(row, status);
    return;
  }
  sendJson(response, answer);
  ledger.answered(row, answer.status);
}
