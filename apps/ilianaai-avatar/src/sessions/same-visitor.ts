import type { SameVisitorPolicy } from '#contracts';
import type { OpenRequest } from './new-session.js';
import type { Session } from '../session-record/session.js';

/** What a token request finds among its account's live sessions. */
export type Encounter =
  | { readonly kind: 'none' }
  /** Give this session again. */
  | { readonly kind: 'reuse'; readonly session: Session }
  /** End this one first: the same visitor starts anew. */
  | { readonly kind: 'replace'; readonly session: Session }
  | { readonly kind: 'refuse' };

/**
 * What a token request means beside the sessions that run (contract section 6, 6). A reload asks
 * for the same conversation before the first session was started and gets that one again, so that
 * reloads do not fill the slots. A visitor that is known and has a running session joins it,
 * replaces it or is refused, as its account says; joining needs the same conversation.
 */
export function meetSameVisitor(
  live: readonly Session[],
  request: OpenRequest,
  policy: SameVisitorPolicy,
): Encounter {
  const conversationId = request.conversation_id ?? null;
  const visitorId = request.visitor_id ?? null;
  const unstarted = live.find(
    (session) =>
      session.state === 'created' &&
      conversationId !== null &&
      session.conversationId === conversationId &&
      session.visitorId === visitorId,
  );
  if (unstarted) return { kind: 'reuse', session: unstarted };
  const running = live.find(
    (session) =>
      visitorId !== null && session.visitorId === visitorId && OPEN.includes(session.state),
  );
  if (!running) return { kind: 'none' };
  if (policy === 'refuse') return { kind: 'refuse' };
  const sameTalk = conversationId === null || running.conversationId === conversationId;
  return { kind: policy === 'join' && sameTalk ? 'reuse' : 'replace', session: running };
}

const OPEN: readonly string[] = ['created', 'starting', 'active'];
