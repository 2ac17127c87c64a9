import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '../stack/json-api.js';
import type { Arena, Tenant } from './arena.js';
import { exchange, type Reply } from './exchange.js';
import { inParallel } from './in-parallel.js';
import { judgeReply } from './judge-reply.js';
import { FOREIGN_TEXT } from './spoiled-answer.js';

/** A session in whose course some turns were acknowledged. */
export interface VisitRecord {
  readonly key: string;
  readonly secretKey: string;
  readonly conversationId: string;
  readonly sessionId: string;
  readonly token: string;
  readonly acknowledged: readonly string[];
}

export interface VisitOutcome {
  readonly problems: readonly string[];
  /** Null when no session came about. */
  readonly record: VisitRecord | null;
}

/** A whole visit with whatever answers come: asked for, started, talked in, kept alive, stopped. */
export async function playVisit(
  arena: Arena,
  { key, secretKey }: Pick<Tenant, 'key' | 'secretKey'>,
): Promise<VisitOutcome> {
  const conversationId = await openConversation(arena, key);
  const problems: string[] = [];
  const call = async (path: string, headers: Record<string, string>, body?: object) => {
    const reply = await post(arena.avatarUrl, path, headers, body);
    problems.push(...judge(path, reply));
    return reply;
  };
  const opened = await call(
    '/v1/sessions/token',
    { 'x-api-key': key },
    {
      conversation_id: conversationId,
    },
  );
  if (opened.status !== 200) return { problems, record: null };
  const { data } = JSON.parse(opened.text) as {
    data: { session_id: string; session_token: string };
  };
  const bearer = { authorization: `Bearer ${data.session_token}` };
  const started = await call('/v1/sessions/start', bearer);
  const acknowledged: string[] = [];
  if (started.status === 201) {
    const text = `what was said, ${randomUUID()}`;
    const said = await call('/v1/streaming.avatar_message', bearer, {
      session_id: data.session_id,
      text,
      role: 'user',
    });
    if (said.status === 200) acknowledged.push(text);
  }
  if (started.status === 201) await call('/v1/sessions/keep-alive', bearer, {});
  const stopped = await call('/v1/sessions/stop', bearer);
  if (stopped.status !== 200) problems.push(`a stop is answered ${stopped.status}`);
  return {
    problems,
    record: {
      key,
      secretKey,
      conversationId,
      sessionId: data.session_id,
      token: data.session_token,
      acknowledged,
    },
  };
}

async function openConversation(arena: Arena, apiKey: string): Promise<string> {
  const url = `${arena.petyaUrl}/api/v1/conversations/userConversation/init`;
  return (await callApi<{ conversationId: string }>(url, { apiKey, body: {} })).conversationId;
}

function post(baseUrl: string, path: string, headers: Record<string, string>, json?: object) {
  const typed: Record<string, string> =
    json === undefined ? {} : { 'content-type': 'application/json' };
  const body = json === undefined ? undefined : JSON.stringify(json);
  return exchange(baseUrl, { method: 'POST', path, headers: { ...headers, ...typed }, body });
}

function judge(path: string, reply: Reply): string[] {
  const judged = judgeReply(reply, { mayBlameOthers: true, marker: FOREIGN_TEXT });
  return judged.map((problem) => `POST ${path}: ${problem}`);
}

/** How often it is looked again, and at how many: each look is work for those that are waited for. */
const LOOK_AGAIN_MS = 500;
const LOOKED_AT = 50;

/**
 * What of the acknowledged turns is not in Petya, once everybody behaves again. A delivery that
 * Petya seemed to refuse for good waits for an operator: that is us.
 * @param withinMs how long the outbox may take from one of them to the next
 */
export async function findLost(
  arena: Arena,
  records: readonly VisitRecord[],
  withinMs: number,
): Promise<Lost[]> {
  let missing = [...records];
  let deadline = Date.now() + withinMs;
  while (missing.length > 0 && Date.now() < deadline) {
    const looked = missing.splice(0, LOOKED_AT);
    const left = await stillMissing(arena, looked);
    missing.push(...left);
    if (left.length < looked.length) {
      deadline = Date.now() + withinMs;
      continue;
    }
    await releaseParked(arena);
    await sleep(LOOK_AGAIN_MS);
  }
  missing = await stillMissing(arena, missing);
  return missing.map((record) => ({
    record,
    problems: [`of ${record.sessionId} an acknowledged turn is not in Petya`],
  }));
}

export interface Lost {
  readonly record: VisitRecord;
  readonly problems: readonly string[];
}

async function stillMissing(arena: Arena, records: readonly VisitRecord[]): Promise<VisitRecord[]> {
  const all = await inParallel(records, 8, async (record) => {
    if (record.acknowledged.length === 0) return [];
    const stored = await readTranscript(arena, record);
    return record.acknowledged.every((text) => stored.includes(text)) ? [] : [record];
  });
  return all.flat();
}

async function readTranscript(arena: Arena, visit: VisitRecord): Promise<string[]> {
  const base = `${arena.petyaUrl}/api/v1/conversations/userConversation`;
  const page = await callApi<{ transcript: { transcript: string }[] }>(
    `${base}/${visit.conversationId}?limit=100`,
    { apiKey: visit.secretKey },
  );
  return page.transcript.map(({ transcript }) => transcript);
}

async function releaseParked(arena: Arena): Promise<void> {
  const bearer = arena.secrets.adminToken;
  const url = `${arena.avatarUrl}/api/v1/admin/sessions`;
  const { items } = await callApi<{ items: { id: string }[] }>(`${url}?group=parked&limit=100`, {
    bearer,
  });
  await inParallel(items, 8, ({ id }) =>
    // Somebody else's session may have moved on meanwhile.
    callApi(`${url}/${id}/release`, { method: 'POST', bearer }).catch(() => 0),
  );
}
