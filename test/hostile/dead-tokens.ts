import {
  signVisitorToken,
  visitorTokenKey,
} from '../../apps/petya-avatar-api/src/auth/visitor-token.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { PETYA_PEPPER, type RunningPetya } from '../support/petya-app.js';

/** Headers with tokens that prove nothing any more, or nothing in this account. */
export interface DeadTokens {
  readonly expired: ProofHeader;
  readonly erased: ProofHeader;
  readonly foreign: ProofHeader;
}

type ProofHeader = Readonly<{ 'x-visitor-token': string }>;

/** Makes visitors of an account who have only such a token left, and one of another account. */
export async function deadTokens(
  petya: RunningPetya,
  { accountId, proveVisitor }: Tenant,
  other: Tenant,
): Promise<DeadTokens> {
  const [erased, late, foreign] = await Promise.all([
    proveVisitor(),
    proveVisitor(),
    other.proveVisitor(),
  ]);
  await petya.admin('DELETE', `/accounts/${accountId}/visitors/${erased.visitorId}`);
  const claims = { accountId, visitorId: late.visitorId };
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  const expired = await signVisitorToken(claims, visitorTokenKey(PETYA_PEPPER), longAgo, 1);
  return {
    expired: { 'x-visitor-token': expired },
    erased: erased.proof,
    foreign: foreign.proof,
  };
}
