import type { Standing } from '../accounts/judge-access.js';
import type { Customer } from '../auth/caller.js';
import type { VendorName } from '../vendors/vendor.js';
import type { OpenRequest } from './new-session.js';
import type { Asker } from './same-visitor.js';

/** Who wants a slot, and for what. */
export interface SlotRequest {
  readonly vendor: VendorName;
  readonly caller: Customer;
  readonly request: OpenRequest;
  /** Whom it is for, as far as that is proved. */
  readonly standing: Standing;
  /** The same key with the same request gives the same session. */
  readonly idempotencyKey: string | null;
  /** Of the request, by which whoever watches the page finds it. */
  readonly traceId: string;
}

/** Who asks, and what it has to show. */
export function askerOf({ caller, request, standing }: SlotRequest): Asker {
  const { conversation_id = null, visitor_id = null } = request;
  return {
    conversationId: conversation_id,
    visitorId: standing.visitorId ?? visitor_id,
    isProved: standing.visitorId !== null,
    namedBy: standing.conversation,
    opener: caller.opener,
    earlier: caller.earlier,
  };
}
