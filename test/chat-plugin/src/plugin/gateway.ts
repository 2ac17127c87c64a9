import { siteOf } from './addresses.js';
import type { CallJson } from './call.js';
import type { Proof } from './petya.js';
import type { SessionToken } from './remembered.js';

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
  const site = siteOf(baseUrl);
  const call = async <T>(
    path: string,
    bearer: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T> =>
    (await callJson<Envelope<T>>(`${site}/v1/${path}`, { body, bearer, headers })).data;
  return {
    baseUrl: site,
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
      const url = `${site}/v1/sessions/leave`;
      // Some browsers have it turned off; the heartbeat that is missed says the same, later.
      if (typeof navigator.sendBeacon === 'function') navigator.sendBeacon(url, session_token);
    },
  };
}
