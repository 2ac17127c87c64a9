import type { AccessVerdictDto, ApiKeyKind, Missing } from '#contracts';

/** What a session request names, and what there is of it. */
export interface NamedForSession {
  readonly keyKind: ApiKeyKind;
  /** The visitor whose token came along. */
  readonly proved: string | null;
  /** `unknown` also where the site numbers its visitors itself. */
  readonly visitor: 'none' | 'unknown' | { readonly id: string; readonly isProved: boolean };
  readonly conversation:
    | 'none'
    | 'unknown'
    | {
        readonly visitorId: string | null;
        readonly proof: boolean;
        readonly named: 'own' | 'external';
      };
}

/** Whom a session is for that names a visitor or a conversation, and whether it may begin. */
export function judgeAccess(request: NamedForSession): AccessVerdictDto {
  const { keyKind, proved, conversation } = request;
  const visitor = typeof request.visitor === 'string' ? null : request.visitor;
  const known = typeof conversation === 'string' ? null : asStranger(request, conversation);
  const who = proved ?? visitor?.id ?? null;
  if (request.visitor !== 'none' && proved !== null && visitor?.id !== proved) {
    return refused('not_found', 'visitor');
  }
  const owner = known?.visitorId ?? null;
  if (owner !== null && who !== null && owner !== who) return refused('not_found', 'conversation');
  const isVouched = keyKind === 'secret';
  const needsProof = visitor?.isProved === true || known?.proof === true;
  if (needsProof && proved === null && !isVouched) return refused('visitor_token_needed');
  return {
    verdict: 'admitted',
    visitorId: isVouched ? (who ?? owner) : proved,
    conversation: typeof conversation === 'string' ? conversation : conversation.named,
  };
}

type Known = Exclude<NamedForSession['conversation'], string>;

/**
 * A name that may be guessed is refused to nobody, so that no answer tells whose it is: the words of
 * a stranger's session go into a conversation of their own.
 */
function asStranger({ keyKind, proved }: NamedForSession, conversation: Known): Known {
  const isOwner = keyKind === 'secret' || conversation.visitorId === proved;
  if (conversation.named === 'own' || isOwner) return conversation;
  return { ...conversation, visitorId: null, proof: false };
}

/** A refusal says nothing of what is there; what is not there it names. */
export function refused(
  verdict: Exclude<AccessVerdictDto['verdict'], 'admitted'>,
  missing?: Missing,
): AccessVerdictDto {
  return { verdict, visitorId: null, conversation: 'unknown', ...(missing ? { missing } : {}) };
}
