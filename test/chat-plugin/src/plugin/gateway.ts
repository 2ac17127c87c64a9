import { AvatarClient, type CallReport, type SessionViewDto } from '#client';
import { siteOf } from './addresses.js';
import type { Proof } from './petya.js';
import type { SessionToken } from './remembered.js';
import { traceparentOf } from './trace.js';

/** What the plugin asks of the avatar service beside what the vendor's SDK asks. */
export interface Gateway {
  readonly baseUrl: string;
  /** One session for one attempt, however often it is asked for. */
  token(
    ids: { conversation_id: string; visitor_id: string },
    attempt: string,
  ): Promise<SessionToken>;
  post(session: SessionToken, role: 'user' | 'avatar', text: string, id: string): Promise<void>;
  /**
   * Promises the next heartbeat within so many seconds.
   * @returns how many seconds the session may still run; null where the service does not say
   */
  keepAlive(session: SessionToken, nextWithinSeconds: number): Promise<number | null>;
  view(session: SessionToken): Promise<SessionViewDto>;
  stop(session: SessionToken): Promise<void>;
  /** For a page that is going away: needs no answer and no preflight. */
  leave(session: SessionToken): void;
}

export function gatewayClient(
  report: (call: CallReport) => void,
  baseUrl: string,
  key: string,
  proof: Proof,
): Gateway {
  let made: AvatarClient | undefined;
  // When it is called: writing goes on also where Petya names an address that is none.
  const traceparent = (): string => traceparentOf(proof.traceId);
  const avatar = (): AvatarClient =>
    (made ??= new AvatarClient({ baseUrl, key, report, traceparent }));
  return {
    baseUrl: siteOf(baseUrl),
    token: async (ids, idempotencyKey) => {
      const visitorToken = proof.visitor?.visitorToken;
      return avatar().token(ids, { idempotencyKey, visitorToken });
    },
    post: async (session, role, text, message_id) => {
      await avatar().message(session, { role, text, message_id });
    },
    keepAlive: async (session, nextWithinSeconds) => {
      const { seconds_left: left } = await avatar().keepAlive(session, nextWithinSeconds);
      return left ?? null;
    },
    view: async (session) => avatar().view(session),
    stop: async (session) => {
      await avatar().stop(session);
    },
    leave: (session) => {
      // The heartbeat that is missed says the same, later.
      avatar()
        .leave(session)
        .catch(() => undefined);
    },
  };
}
