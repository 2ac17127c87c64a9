/** Who opens a conversation. */
export interface Opener {
  readonly visitorId: string | null;
  /** The visitor has shown proof, or must. */
  readonly proof: boolean;
  /** The customer's server, which may go on with whatever the account has. */
  readonly isOwner: boolean;
}

/** What stands under an `externalId` that is opened again. */
export interface Standing {
  readonly visitorId: string | null;
  readonly proof: boolean;
  /** Made by a delivery, and nothing was said or written in it yet. */
  readonly isUnclaimed: boolean;
}

/** What becomes of it: the same conversation, the same with a visitor, or it is another's. */
export type Reopening = 'same' | 'prove' | 'adopt' | 'taken';

/** An `externalId` may be guessed: it gives a conversation to nobody but the one who opened it. */
export function judgeReopening(opener: Opener, standing: Standing): Reopening {
  const { visitorId, proof, isOwner } = opener;
  if (standing.visitorId === visitorId) {
    if (standing.proof) return proof || isOwner ? 'same' : 'taken';
    return proof ? 'prove' : 'same';
  }
  if (visitorId === null) return isOwner ? 'same' : 'taken';
  return standing.visitorId === null && standing.isUnclaimed ? 'adopt' : 'taken';
}
