import {
  type AccessVerdictDto,
  type ConversationNaming,
  type Missing,
  VISITOR_TOKEN_INVALID,
} from '#contracts';
import { AvatarError } from '../errors.js';
import type { Account } from './account.js';

/** Whom a session request says it is for. */
export interface Named {
  readonly visitorId: string | null;
  readonly conversationId: string | null;
  readonly visitorToken: string | null;
}

/** What is known of whoever asks for a session. */
export interface Standing {
  /** The visitor it has proved to be; null without proof. */
  readonly visitorId: string | null;
  readonly conversation: ConversationNaming;
}

/** What became of the question to Petya. */
export type AccessReply =
  | { readonly kind: 'verdict'; readonly verdict: AccessVerdictDto }
  /** A Petya that knows nothing of proof. */
  | { readonly kind: 'no-route' }
  | { readonly kind: 'unreachable'; readonly cause: unknown };

/**
 * Whether Petya has to be asked; a request that names nobody says all that there is to know.
 * @throws AvatarError `visitor_token_needed` where the account wants proof of everybody
 */
export function needsVerdict(account: Account, named: Named): boolean {
  if (named.visitorToken !== null) return true;
  if (wantsProof(account)) throw new AvatarError('visitor_token_needed');
  return named.visitorId !== null || named.conversationId !== null;
}

/**
 * What Petya's answer makes of a request. While Petya is away whoever shows proof waits for it;
 * everybody else goes on with nothing but a name, which opens nothing of anybody.
 * @throws AvatarError `visitor_token_needed`, `token_invalid`, `not_found`, `petya_unavailable`
 */
export function judgeAccess(account: Account, named: Named, reply: AccessReply): Standing {
  if (reply.kind === 'unreachable' && named.visitorToken !== null) throw unavailable(reply.cause);
  const standing = standingOf(account, named, reply);
  if (wantsProof(account) && standing.visitorId === null) {
    throw new AvatarError('visitor_token_needed');
  }
  return standing;
}

/** One sentence for all that may be wrong with each, so that it tells nothing of whose the named is. */
const GONE = {
  visitor:
    ' No visitor of this caller is the one that the request names, or whose token came along, or no longer: begin anew, without X-Visitor-Token and visitor_id.',
  conversation:
    ' No conversation of this caller is the one that the request names, or no longer: begin anew, without this conversation_id.',
  either:
    ' What the request names is not there, or no longer: begin anew, without X-Visitor-Token if its visitor is gone.',
} as const;

/** `not_found` for what a session request names. @param what where Petya says nothing of it: either */
export function notThere(what: Missing | 'either'): AvatarError {
  return new AvatarError('not_found', { params: { advice: GONE[what] } });
}

function standingOf(
  account: Account,
  { conversationId, visitorToken }: Named,
  reply: AccessReply,
): Standing {
  if (reply.kind === 'verdict') {
    const { verdict, visitorId, conversation, missing = 'either' } = reply.verdict;
    if (verdict === 'not_found') throw notThere(missing);
    if (verdict === 'token_invalid') {
      throw new AvatarError(verdict, { params: { reason: VISITOR_TOKEN_INVALID } });
    }
    if (verdict !== 'admitted') throw new AvatarError(verdict);
    // Only a token proves anybody, or a server of the customer that answers for them.
    const isProvable = visitorToken !== null || account.keyKind === 'secret';
    return { visitorId: isProvable ? (visitorId ?? null) : null, conversation };
  }
  if (conversationId === null) return { visitorId: null, conversation: 'none' };
  const isOwn = reply.kind === 'no-route' && looksUnguessable(conversationId);
  return { visitorId: null, conversation: isOwn ? 'own' : 'unknown' };
}

/** 128 random bits as we write them, or a random UUID. */
const UNGUESSABLE =
  /^(?:[\w-]{22}|[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})$/i;

function looksUnguessable(id: string): boolean {
  return UNGUESSABLE.test(id);
}

/** Whether nothing is done without proof; a server of the customer answers for whom it names. */
export function wantsProof({
  visitorProof,
  keyKind,
}: Pick<Account, 'visitorProof' | 'keyKind'>): boolean {
  return visitorProof === 'required' && keyKind !== 'secret';
}

function unavailable(cause: unknown): AvatarError {
  if (cause instanceof AvatarError && cause.code === 'petya_unavailable') return cause;
  return new AvatarError('petya_unavailable', { cause });
}
