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

/** What is kept of a session that the vendor has opened. */
export function newSession({ session_id, session_token }, { accountId, intro }, body) {
  return {
    id: session_id,
    token: session_token,
    accountId,
    intro,
    conversationId: body?.conversation_id ?? session_id,
    startedAt: 0,
    transcript: [],
  };
}

export function bearerOf(authorization) {
  return authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
}

/** A turn as it is kept; null where it is none. */
export function turnOf({ text, role = 'avatar', message_id = randomUUID() }) {
  if (typeof text !== 'string' || (role !== 'avatar' && role !== 'user')) return null;
  return { message_id, line: { role, transcript: text, timestamp: Date.now() / 1000 } };
}

/** By the vendor's token, which every call comes with. */
const byToken = new Map();

/** Sessions and turns in memory. */
export const memoryStore = {
  open(opened, config, body) {
    byToken.set(opened.session_token, newSession(opened, config, body));
    return opened;
  },
  find(authorization, id) {
    const session = byToken.get(bearerOf(authorization));
    return id === undefined || session?.id === id ? session : undefined;
  },
  start: (session) => void (session.startedAt = Date.now()),
  see: () => undefined,
  say(session, body) {
    const turn = turnOf(body);
    if (turn === null) return null;
    session.transcript.push(turn.line);
    return turn.message_id;
  },
  transcript: ({ transcript }) => transcript,
  stop: (session) => void byToken.delete(session.token),
  close: () => undefined,
};

/** Where Petya takes the end of a session, and what it is told. */
export function finalUpdate(session, transcript) {
  return {
    path: `/api/v1/avatar/conversations/${encodeURIComponent(session.conversationId)}/status`,
    body: {
      sessionId: session.id,
      accountId: session.accountId,
      status: 'completed',
      transcript,
      durationSeconds: (Date.now() - session.startedAt) / 1000,
    },
  };
}

export const envelope = (data) => ({ code: 1000, message: 'ok', data });
