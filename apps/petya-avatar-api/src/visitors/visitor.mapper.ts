import type { ListedVisitorDto } from '#contracts';
import { createdAtOf, recordId, timeOf } from '../persistence/record-id.js';
import type { VisitorProfile } from './visitors.repository.js';

/** What the operator sees of a visitor. A record that was not made here may lack any member. */
export function toListedVisitor(
  visitorId: string,
  profile: Partial<VisitorProfile>,
): ListedVisitorDto {
  const { name, email, pageUrl, userAgent, locale, userId, createdAt, lastSeenAt } = profile;
  const madeAt = createdAt ?? createdAtOf(recordId(visitorId));
  return {
    visitorId,
    name: name ?? null,
    email: email ?? null,
    pageUrl: pageUrl ?? null,
    userAgent: userAgent ?? null,
    locale: locale ?? null,
    userId: userId ?? null,
    createdAt: timeOf(madeAt),
    lastSeenAt: timeOf(lastSeenAt),
  };
}
