import fc from 'fast-check';
import { callApi } from '../stack/json-api.js';
import type { Arena, Tenant } from './arena.js';
import { exchange } from './exchange.js';
import { type GeneratedRequest, type Known, MARKER, validRequests } from './generated-request.js';
import { inParallel } from './in-parallel.js';
import { judgeReply } from './judge-reply.js';
import { mutatedRequests } from './mutated-request.js';
import { type Operation, readOperations } from './operations.js';
import { type RowResult, Tally } from './tally.js';
import { canBeWrong, wrongRequests } from './wrong-request.js';

/** Generated requests over every route of both apps: right, wrong in one way, and mutated. */
export async function requestsRow(arena: Arena, cases: number, seed: number): Promise<RowResult> {
  const operations = [
    ...(await readOperations('avatar', arena.avatarUrl)),
    ...(await readOperations('petya', arena.petyaUrl)),
  ];
  const known = await prepareKnown(arena);
  const tally = new Tally('generated requests');
  const requests = generate(operations, known, cases, seed);
  await inParallel(requests, 8, async (request) => {
    tally.count(await judge(request), request);
  });
  const statuses = `${operations.length} routes, seed ${seed}`;
  return tally.result(statuses);
}

function generate(
  operations: readonly Operation[],
  known: Known,
  cases: number,
  seed: number,
): GeneratedRequest[] {
  const each = Math.ceil(cases / (operations.length * 3));
  return operations.flatMap((operation) => {
    const kinds = [
      validRequests(operation, known),
      ...(canBeWrong(operation) ? [wrongRequests(operation, known)] : []),
      mutatedRequests(operation, known),
    ];
    return kinds.flatMap((kind) => fc.sample(kind.filter(leavesOpen), { numRuns: each, seed }));
  });
}

/** Whoever pauses the opening of sessions has all others tried without one. */
function leavesOpen({ path, body }: GeneratedRequest): boolean {
  return !path.includes('/admin/opening') || !/"paused":\s*true/.test(body ?? '');
}

export async function judge(request: GeneratedRequest): Promise<string[]> {
  try {
    const reply = await exchange(request.baseUrl, request);
    const mustRefuse = request.kind === 'negative';
    const judgement = {
      mustRefuse,
      mayBlameOthers: true,
      ...(mustRefuse ? { marker: MARKER } : {}),
    };
    if (request.path === '/openapi.json' || isDraining(reply.status, request)) return [];
    return judgeReply(reply, judgement).map(
      (problem) =>
        `${request.method} ${request.path.slice(0, 80)} (${request.flaw ?? request.kind}): ${problem}`,
    );
  } catch (error) {
    return [`${request.method} ${request.path.slice(0, 80)}: ${String(error)}`];
  }
}

/** Readiness may say 503 and has a body of its own. */
function isDraining(status: number, request: GeneratedRequest): boolean {
  return status === 503 && request.path.startsWith('/health/ready');
}

interface Opened {
  readonly session_id: string;
  readonly session_token: string;
}

/** A tenant with a running session and a conversation, and another one that may be broken. */
async function prepareKnown(arena: Arena): Promise<Known> {
  const tenant = await arena.makeTenant({ limits: { maxConcurrentSessions: 20 } });
  const scratch = await arena.makeTenant();
  const session = await openSession(arena, tenant);
  const { petyaUrl, secrets } = arena;
  const conversation = await callApi<{ conversationId: string }>(
    `${petyaUrl}/api/v1/conversations/userConversation/init`,
    { apiKey: tenant.key, body: {} },
  );
  const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
  return {
    token: session.session_token,
    credentials: {
      'avatar:customerKey': { 'x-api-key': tenant.key },
      'avatar:customerKeyBearer': bearer(tenant.key),
      'avatar:sessionToken': bearer(session.session_token),
      'avatar:adminToken': bearer(secrets.adminToken),
      'avatar:metricsToken': bearer(secrets.metricsToken),
      'petya:customerKey': { 'x-api-key': tenant.key },
      'petya:customerKeyBearer': bearer(tenant.key),
      'petya:serviceToken': bearer(secrets.serviceToken),
      'petya:adminToken': bearer(secrets.adminToken),
      'petya:metricsToken': bearer(secrets.metricsToken),
    },
    ids: {
      'avatar:session_id': [session.session_id],
      'petya:accountId': [scratch.accountId],
      'petya:id': [conversation.conversationId],
      'petya:conversationId': [conversation.conversationId],
      session_id: [session.session_id],
      accountId: [tenant.accountId],
      conversationId: [conversation.conversationId],
    },
  };
}

export async function openSession(arena: Arena, { key }: Pick<Tenant, 'key'>): Promise<Opened> {
  const opened = await callApi<{ data: Opened }>(`${arena.avatarUrl}/v1/sessions/token`, {
    apiKey: key,
    body: {},
  });
  await callApi(`${arena.avatarUrl}/v1/sessions/start`, {
    method: 'POST',
    bearer: opened.data.session_token,
  });
  return opened.data;
}
