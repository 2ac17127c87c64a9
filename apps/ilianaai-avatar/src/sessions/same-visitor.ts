import type { ConversationNaming, SameVisitorPolicy } from '#contracts';
import { isOpen } from './domain/session-states.js';
import type { Session } from './domain/session.js';

/** Who asks for a session, and what it has to show. */
export interface Asker {
  readonly conversationId: string | null;
  readonly visitorId: string | null;
  /** Whether it has proved to be that visitor. */
  readonly isProved: boolean;
  readonly namedBy: ConversationNaming;
  /** Keyed digest of its address; null where that says nothing. */
  readonly opener: string | null;
  /** What a token says that it had before. */
  readonly earlier: { readonly sessionId: string; readonly grant: string } | null;
}

/** What a token request finds among its account's live sessions. */
export type Encounter =
  | { readonly kind: 'none' }
  /** Its own earlier request is still at the vendor: what that opens decides. */
  | { readonly kind: 'opening'; readonly session: Session }
  /** Give this session again, with a token of that grant; null is one that nobody has. */
  | { readonly kind: 'again'; readonly session: Session; readonly grant: string | null }
  /** End this one first: the same visitor starts anew. */
  | { readonly kind: 'replace'; readonly session: Session }
  | { readonly kind: 'refuse' };

/**
 * What a token request means beside the sessions that run. One that was not started is given again
 * to whoever shows that it is theirs, so that reloads do not fill the slots; where nothing shows it
 * but a name, an earlier one of the same address is given up. Whoever proves to be the visitor of a
 * running session joins it, replaces it or is refused, as the account says. A visitor's id is no
 * proof: it lets a session be replaced that was opened without proof, and never joined.
 */
export function meetSameVisitor(
  live: readonly Session[],
  asker: Asker,
  policy: SameVisitorPolicy,
): Encounter {
  const open = live.filter(
    ({ state, stop, proved }) => isOpen(state) && stop === null && (asker.isProved || !proved),
  );
  const unstarted = open.filter((session) => isUnstarted(session) && isSameErrand(session, asker));
  return (
    awaitOwn(live, asker) ??
    giveAgain(unstarted, asker) ??
    meetVisitor(open, asker, policy) ??
    giveUp(unstarted, asker) ?? { kind: 'none' }
  );
}

/** A page asks twice at once, as by a double click. Others cannot make a visitor wait. */
function awaitOwn(live: readonly Session[], asker: Asker): Encounter | null {
  const { visitorId, conversationId, opener } = asker;
  const isOwn = (session: Session): boolean => {
    if (asker.isProved) return session.proved && session.visitorId === visitorId;
    const isNamed = visitorId !== null || conversationId !== null;
    return isNamed && !session.proved && isSameErrand(session, asker) && session.opener === opener;
  };
  const session = live.find(
    (each) => each.state === 'creating' && each.stop === null && isOwn(each),
  );
  const mayWait = asker.isProved ? visitorId !== null : opener !== null;
  return session && mayWait ? { kind: 'opening', session } : null;
}

function giveAgain(unstarted: readonly Session[], asker: Asker): Encounter | null {
  for (const session of unstarted) {
    const { earlier, isProved, namedBy } = asker;
    if (session.proved) return { kind: 'again', session, grant: session.grant };
    if (isProved) continue;
    if (earlier?.sessionId === session.id) return { kind: 'again', session, grant: earlier.grant };
    // Where opening it has given out the media there is nothing to be given to a second party.
    if (namedBy === 'own' && !session.openedAt) return { kind: 'again', session, grant: null };
  }
  return null;
}

function meetVisitor(
  open: readonly Session[],
  { conversationId, visitorId, isProved }: Asker,
  policy: SameVisitorPolicy,
): Encounter | null {
  if (visitorId === null) return null;
  // Somebody who only knew its name keeps no visitor out.
  const isRival = ({ proved }: Session) => proved === isProved || policy !== 'refuse';
  const rivals = open.filter((session) => session.visitorId === visitorId && isRival(session));
  const inOrder = rivals.toSorted((one, other) => weight(other) - weight(one));
  const [session] = inOrder;
  if (!session) return null;
  const isSameTalk = conversationId === null || session.conversationId === conversationId;
  if (policy === 'join' && session.proved && isSameTalk) {
    return { kind: 'again', session, grant: session.grant };
  }
  // Nobody is in a session that was not started.
  return policy === 'refuse' && !isUnstarted(session)
    ? { kind: 'refuse' }
    : { kind: 'replace', session };
}

/** A plugin that shows nothing was reloaded: what it had before will not be started any more. */
function giveUp(unstarted: readonly Session[], asker: Asker): Encounter | null {
  const { conversationId, namedBy, opener, isProved } = asker;
  if (conversationId === null || isProved) return null;
  const session = unstarted.find(
    (each) => namedBy === 'own' || (opener !== null && each.opener === opener),
  );
  return session ? { kind: 'replace', session } : null;
}

function isSameErrand(session: Session, { conversationId, visitorId }: Asker): boolean {
  return session.conversationId === conversationId && session.visitorId === visitorId;
}

function isUnstarted({ state }: Session): boolean {
  return state === 'created';
}

/** Which of a visitor's sessions counts first: one that runs, and one that is surely its own. */
function weight(session: Session): number {
  return (session.proved ? 2 : 0) + (isUnstarted(session) ? 0 : 1);
}
