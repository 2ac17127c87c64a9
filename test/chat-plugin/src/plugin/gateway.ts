import type { CallJson } from './call.js';
import type { Proof } from './petya.js';

/** The session a page may start, and everything it may do with it. */
export interface SessionToken {
  readonly session_id: string;
  readonly session_token: string;
}

/** Our own record of a session. */
export interface SessionView {
  readonly state: string;
  readonly end_reason: string | null;
}

interface Envelope<T> {
  readonly data: T;
}

/** What the plugin asks of the avatar service beside what the vendor's SDK asks. */
export interface Gateway {
  readonly baseUrl: string;
  /** One session for one attempt, however often it is asked for. */
  token(
    ids: { conversation_id: string; visitor_id: string },
    attempt: string,
  ): Promise<SessionToken>;
  post(session: SessionToken, role: 'user' | 'avatar', text: string, id: string): Promise<void>;
  /** Promises the next heartbeat within so many seconds. */
  keepAlive(session: SessionToken, nextWithinSeconds: number): Promise<void>;
  view(session: SessionToken): Promise<SessionView>;
  stop(session: SessionToken): Promise<void>;
  /** For a page that is going away: needs no answer and no preflight. */
  leave(session: SessionToken): void;
}

export function gatewayClient(
  callJson: CallJson,
  baseUrl: string,
  apiKey: string,
  proof: Proof,
): Gateway {
  const call = async <T>(
    path: string,
    bearer: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T> =>
    (await callJson<Envelope<T>>(`${baseUrl}/v1/${path}`, { body, bearer, headers })).data;
  return {
    baseUrl,
    token: (ids, attempt) =>
      call('sessions/token', apiKey, ids, {
        'Idempotency-Key': attempt,
        ...(proof.visitor === null ? {} : { 'X-Visitor-Token': proof.visitor.visitorToken }),
      }),
    post: async ({ session_id, session_token }, role, text, message_id) => {
      const turn = { session_id, role, text, message_id };
      await call('streaming.avatar_message', session_token, turn);
    },
    keepAlive: async ({ session_token }, next_within_s) => {
      await call('sessions/keep-alive', session_token, { next_within_s });
    },
    view: ({ session_id, session_token }) =>
      call(`sessions/${encodeURIComponent(session_id)}`, session_token),
    stop: async ({ session_token }) => {
      await call('sessions/stop', session_token, {});
    },
    leave: ({ session_token }) => {
      navigator.sendBeacon(`${baseUrl}/v1/sessions/leave`, session_token);
    },
  };
}
