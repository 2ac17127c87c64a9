import type { ApiKeyKind, VisitorProof } from '#contracts';
import type { Handle } from '../persistence/record-id.js';

/** Who asks, as far as a rule looks. */
export interface Asker {
  readonly account: { readonly visitorProof: VisitorProof };
  readonly keyKind: ApiKeyKind;
  readonly visitor: { readonly id: string } | null;
}

/** The conversation that is asked about, and by which of its ids it was named. */
export interface Asked {
  readonly visitorId: string | null;
  /** It was opened with its visitor's proof, and needs it from then on. */
  readonly proof: boolean;
  readonly named: 'own' | 'external';
  /** What its own id is worth to whoever names it. */
  readonly handle: Handle;
}

/** `yes`, or the code of the error that is answered. */
export type Ruling = 'yes' | 'not_found' | 'visitor_token_needed' | 'secret_key_needed';

/**
 * Whether a caller may do anything at all with what is there. Asked before anything is looked up,
 * so that the answer is the same whether it is there or not.
 */
export function mayAct({ account, keyKind, visitor }: Asker): Ruling {
  const isOpen = keyKind === 'secret' || visitor !== null || account.visitorProof !== 'required';
  return isOpen ? 'yes' : 'visitor_token_needed';
}

/** Reading back needs the secret key or the proof of the conversation's visitor, always. */
export function mayRead(asker: Asker, asked: Asked): Ruling {
  if (asker.keyKind === 'secret') return 'yes';
  if (asker.visitor) return asked.visitorId === asker.visitor.id ? 'yes' : 'not_found';
  return isUnguessable(asked) ? 'visitor_token_needed' : 'not_found';
}

/**
 * Writing needs the same where the conversation was opened with proof; otherwise its own id, which
 * nobody guesses, is enough. One that can be guessed is enough while its page may still be open, and
 * never to speak for the shop. The customer's own words stand behind a proof by the secret key only.
 */
export function mayPost(asker: Asker, asked: Asked, isFromUser: boolean): Ruling {
  const ruling = mayWrite(asker, asked);
  const isOwn = asker.visitor !== null && asked.visitorId === asker.visitor.id;
  const isGuess = !isOwn && asked.handle !== 'unguessable';
  if (isFromUser || asker.keyKind === 'secret' || !(asked.proof || isGuess)) return ruling;
  return ruling === 'not_found' ? ruling : 'secret_key_needed';
}

/** A change of status is a word of the visitor. */
export function maySetStatus(asker: Asker, asked: Asked): Ruling {
  return mayWrite(asker, asked);
}

function mayWrite(asker: Asker, asked: Asked): Ruling {
  const { visitor, keyKind } = asker;
  if (keyKind === 'secret') return 'yes';
  if (visitor && asked.visitorId === visitor.id) return 'yes';
  // Another visitor's.
  if (visitor && asked.visitorId !== null) return 'not_found';
  // What may be guessed is refused as if it were not there: nobody learns which guess was right.
  if (asked.proof) return isUnguessable(asked) ? 'visitor_token_needed' : 'not_found';
  return asked.named === 'external' || asked.handle === 'guessed' ? 'not_found' : 'yes';
}

function isUnguessable({ named, handle }: Asked): boolean {
  return named === 'own' && handle === 'unguessable';
}
