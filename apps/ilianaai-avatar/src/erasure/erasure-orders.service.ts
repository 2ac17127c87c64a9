import { Injectable } from '@nestjs/common';
import {
  CONVERSATION_ID_PATTERN,
  type ErasedSessionDto,
  type ErasureOrderDto,
  MAX_ERASED_SESSIONS,
} from '#contracts';
import { failPoint } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { markErased } from '../sessions/domain/session-moves.js';
import { type ErasureQuery, SessionStore } from '../sessions/store/session-store.service.js';
import type { Session } from '../sessions/domain/session.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { erasureQueries } from './erasure-queries.js';
import { PetyaErasuresClient } from './petya-erasures.client.js';

/** Sessions read, and named to Petya, in one go. */
const PAGE = MAX_ERASED_SESSIONS;

/** Carries out one erasure: what runs is stopped, and everything of its sessions goes. */
@Injectable()
export class ErasureOrdersService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
    private readonly petya: PetyaErasuresClient,
  ) {}

  /**
   * Marks what is not marked yet; the worker does the rest.
   * @returns whether nothing is left of any session
   */
  async carryOut(order: ErasureOrderDto): Promise<boolean> {
    let left = 0;
    for (const query of erasureQueries(order)) left += await this.markAll(order, query);
    if (left > 0) this.worker.wake();
    return left === 0;
  }

  private async markAll(order: ErasureOrderDto, query: ErasureQuery): Promise<number> {
    let found = 0;
    let afterId: string | null = null;
    for (;;) {
      const page = await this.sessions.listToErase(query, afterId, PAGE);
      await this.name(order, page);
      for (const session of page) {
        await this.sessions.change(session, (current) => markErased(current, this.clock.now()));
        await failPoint('erase.marked');
      }
      found += page.length;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return found;
      afterId = last.id;
    }
  }

  /**
   * Before they are marked: afterwards nothing says whose they were, and where a conversation names
   * nobody Petya cannot know what of it is meant.
   */
  private async name(order: ErasureOrderDto, page: readonly Session[]) {
    const { erasureId, scope, visitorIds = [] } = order;
    // What Petya still has of visitors who are kept no more is not old enough to go.
    if (scope === 'account' || visitorIds.length > 0) return;
    const sessions = page.flatMap(toErasedSession);
    if (sessions.length > 0) await this.petya.found(erasureId, sessions);
  }
}

/** What has no id that Petya takes was never delivered there. */
function toErasedSession({ vendorSessionId, conversationId }: Session): ErasedSessionDto[] {
  if (!isConversationId(vendorSessionId)) return [];
  return [
    { sessionId: vendorSessionId, ...(isConversationId(conversationId) && { conversationId }) },
  ];
}

function isConversationId(id: string | null): id is string {
  return id !== null && CONVERSATION_ID_PATTERN.test(id);
}
