import { callJson } from './call.js';

export interface StartedSession {
  readonly session_id: string;
  readonly intro: string;
  readonly max_session_duration: number | null;
}

export interface Line {
  readonly role: 'user' | 'avatar';
  readonly transcript: string;
  readonly timestamp: number;
}

export interface SessionView {
  readonly state: string;
  readonly end_reason: string | null;
  readonly delivery: string;
}

interface Envelope<T> {
  readonly data: T;
}

/** One avatar session, from its token to its end. */
export interface AvatarSession {
  readonly id: string;
  readonly started: StartedSession;
  post(role: 'user' | 'avatar', text: string): Promise<void>;
  keepAlive(nextWithinSeconds: number): Promise<void>;
  transcript(): Promise<{ active: boolean; lines: readonly Line[] }>;
  view(): Promise<SessionView>;
  stop(): Promise<void>;
  /** For a page that is going away: needs no answer and no preflight. */
  leave(): void;
}

/** Opens and starts a session in a conversation, with the customer's key. */
export async function openSession(
  baseUrl: string,
  apiKey: string,
  ids: { conversation_id: string; visitor_id: string },
): Promise<AvatarSession> {
  const token = await callJson<Envelope<{ session_id: string; session_token: string }>>(
    `${baseUrl}/v1/sessions/token`,
    { body: ids, bearer: apiKey },
  );
  const { session_id: id, session_token: bearer } = token.data;
  const call = async <T>(path: string, body?: unknown): Promise<T> =>
    (await callJson<Envelope<T>>(`${baseUrl}/v1/${path}`, { body, bearer })).data;
  const started = await call<StartedSession>('sessions/start', {});
  const own = `sessions/${encodeURIComponent(id)}`;
  return {
    id,
    started,
    post: async (role, text) => {
      const turn = { session_id: id, role, text, message_id: crypto.randomUUID() };
      await call('streaming.avatar_message', turn);
    },
    keepAlive: async (nextWithinSeconds) => {
      await call('sessions/keep-alive', { next_within_s: nextWithinSeconds });
    },
    transcript: async () => {
      const seen = await call<{ session_active: boolean; transcript_data: Line[] }>(
        `${own}/transcript`,
      );
      return { active: seen.session_active, lines: seen.transcript_data };
    },
    view: () => call<SessionView>(own),
    stop: async () => {
      await call('sessions/stop', {});
    },
    leave: () => void navigator.sendBeacon(`${baseUrl}/v1/sessions/leave`, bearer),
  };
}
