import type { SessionViewDto, TranscriptViewDto } from '#contracts';
import type { Transcript } from '../turns/transcript.service.js';
import { isLive } from './domain/session-states.js';
import type { Session, SessionAtVendor } from './domain/session.js';

/** Our own record as its owner may see it. */
export function toSessionView(session: SessionAtVendor, turns: number): SessionViewDto {
  return {
    session_id: session.vendorSessionId,
    conversation_id: conversationOf(session),
    state: session.state,
    created_at: session.createdAt.toISOString(),
    started_at: session.startedAt?.toISOString() ?? null,
    ended_at: session.endedAt?.toISOString() ?? null,
    end_reason: session.endReason,
    turns,
    delivery: deliveryState(session),
  };
}

/**
 * Where the transcript stands, or will: what named no conversation is delivered under its own id. Once
 * its turns are gone here the record does not tell any more what it named.
 */
function conversationOf(session: SessionAtVendor): string | null {
  const { conversationId, state, purgedAt = null, vendorSessionId } = session;
  return conversationId ?? (state === 'delivered' && purgedAt === null ? vendorSessionId : null);
}

function deliveryState(session: Session): SessionViewDto['delivery'] {
  const { state } = session;
  if (state === 'parked') return 'parked';
  if (isLive(state) || state === 'failed' || state === 'erased') return 'none';
  return state === 'delivered' ? 'delivered' : 'waiting';
}

/** The merged transcript in the vendor's own form. */
export function toTranscriptView(
  session: SessionAtVendor,
  transcript: Transcript,
): TranscriptViewDto {
  return {
    session_id: session.vendorSessionId,
    session_active: isLive(session.state),
    truncated: transcript.truncated,
    transcript_data: transcript.turns.map(({ role, text, atMs }) => ({
      role,
      transcript: text,
      timestamp: atMs / 1000,
      absolute_timestamp: atMs / 1000,
    })),
  };
}
