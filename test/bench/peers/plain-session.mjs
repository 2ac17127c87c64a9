import { randomUUID } from 'node:crypto';
import process from 'node:process';

/*
 * What both plain services know of a session: what a team writes in a day that keeps everything in
 * memory. Told by variables: VENDOR_URL, VENDOR_KEY, PETYA_URL, PETYA_TOKEN.
 */
export const {
  VENDOR_URL: vendorUrl,
  VENDOR_KEY: vendorKey,
  PETYA_URL: petyaUrl,
  PETYA_TOKEN: petyaToken,
} = process.env;

export const BODY_LIMIT = 64 * 1024;
export const DEADLINE_MS = 10_000;

/** By the vendor's token, which every call comes with. */
const byToken = new Map();

/** What the vendor is asked for, by the customer's configuration. */
export function tokenRequest({ avatarId, voiceId, knowledgeBaseId, language, limits }) {
  const persona = { language };
  if (voiceId) persona.voice_id = voiceId;
  if (knowledgeBaseId) persona.context_id = knowledgeBaseId;
  return {
    mode: 'FULL',
    avatar_id: avatarId,
    max_session_duration: limits.maxSessionSeconds,
    avatar_persona: persona,
  };
}

/** Keeps a session that the vendor has opened. */
export function openSession({ session_id, session_token }, { accountId, intro }, body) {
  const session = {
    id: session_id,
    token: session_token,
    accountId,
    intro,
    conversationId: body?.conversation_id ?? session_id,
    startedAt: 0,
    transcript: [],
  };
  byToken.set(session_token, session);
  return { session_id, session_token };
}

/** The session that a bearer token of the vendor stands for; undefined where there is none. */
export function sessionOf(authorization, id) {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
  const session = token && byToken.get(token);
  return id === undefined || session?.id === id ? session : undefined;
}

/** Forgets a session that has ended. */
export function close(session) {
  byToken.delete(session.token);
}

/** Keeps a turn; null where it is none. */
export function say(session, { text, role = 'avatar', message_id = randomUUID() }) {
  if (typeof text !== 'string' || (role !== 'avatar' && role !== 'user')) return null;
  session.transcript.push({ role, transcript: text, timestamp: Date.now() / 1000 });
  return message_id;
}

/** Where Petya takes the end of a session, and what it is told. */
export function finalUpdate(session) {
  return {
    path: `/api/v1/avatar/conversations/${encodeURIComponent(session.conversationId)}/status`,
    body: {
      sessionId: session.id,
      accountId: session.accountId,
      status: 'completed',
      transcript: session.transcript,
      durationSeconds: (Date.now() - session.startedAt) / 1000,
    },
  };
}

export const envelope = (data) => ({ code: 1000, message: 'ok', data });
