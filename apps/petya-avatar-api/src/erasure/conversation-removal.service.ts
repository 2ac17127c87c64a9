import { Injectable } from '@nestjs/common';
import type { ErasedSessionDto } from '#contracts';
import { failPoint } from '#platform';
import type { RecordId } from '../persistence/record-id.js';
import {
  ConversationRemovalRepository,
  type LeavingConversation,
} from './conversation-removal.repository.js';
import { ErasedConversationsRepository } from './erased-conversations.repository.js';
import type { ErasedThing } from './erased-digest.js';

export type { LeavingConversation } from './conversation-removal.repository.js';

/** Conversations marked in one go. */
const BATCH = 100;

/** What other features may do to take conversations away; see the repository for the two steps. */
@Injectable()
export class ConversationRemovalService {
  constructor(
    private readonly conversations: ConversationRemovalRepository,
    private readonly erased: ErasedConversationsRepository,
  ) {}

  /** Also keeps a late delivery from making the conversations anew. */
  async markOfVisitor(accountId: string, visitorId: string): Promise<void> {
    await this.erased.add(accountId, 'visitor', [visitorId]);
    await failPoint('erase.lateRefused');
    await this.conversations.takeOutSessionsOf(accountId, visitorId);
    for (;;) {
      const found = await this.conversations.listOfVisitor(accountId, visitorId, BATCH);
      if (found.length === 0) return;
      await this.markErased(accountId, found);
    }
  }

  /** Marks one conversation by any of its ids. False when the account has none. */
  async markOne(accountId: string, id: string): Promise<boolean> {
    const found = await this.conversations.find(accountId, id);
    if (!found) return false;
    await this.markErased(accountId, [found]);
    return true;
  }

  /** Also keeps late deliveries of all its sessions away. */
  async markOfAccount(accountId: string): Promise<void> {
    await this.erased.add(accountId, 'account', [accountId]);
    await this.conversations.markOfAccount(accountId);
  }

  /**
   * Marks up to `limit` conversations without activity since a time. What a caller names by an id
   * of its own may begin again under it.
   * @returns how many were looked at and how many are marked now
   */
  async markIdleSince(
    accountId: string,
    before: Date,
    limit: number,
  ): Promise<{ found: number; marked: number }> {
    const idle = await this.conversations.listIdle(accountId, before, limit);
    if (idle.length === 0) return { found: 0, marked: 0 };
    const ids = idle.map(({ id }) => id);
    return {
      found: idle.length,
      marked: await this.conversations.markIdle(accountId, ids, before),
    };
  }

  listMarked(accountId: string, limit: number): Promise<LeavingConversation[]> {
    return this.conversations.listMarked(accountId, limit);
  }

  listAccountsWithMarked(): Promise<string[]> {
    return this.conversations.listAccountsWithMarked();
  }

  /** Their sessions must not come back either. */
  refuseSessions(accountId: string, sessionIds: readonly string[]): Promise<void> {
    return this.erased.add(accountId, 'session', sessionIds);
  }

  removeMarked(accountId: string, ids: readonly RecordId[]): Promise<number> {
    return this.conversations.removeMarked(accountId, ids);
  }

  visitorsWithAny(accountId: string, visitorIds: readonly string[]): Promise<Set<string>> {
    return this.conversations.visitorsWithAny(accountId, visitorIds);
  }

  wasErased(accountId: string, things: readonly ErasedThing[]): Promise<boolean> {
    return this.erased.hasAny(accountId, things);
  }

  /**
   * Takes what was said in some erased sessions of one visitor, or of nobody, out of wherever it may
   * have gone: the conversation that each named and the one under its own id. Where nobody else said
   * anything and the conversation is no other visitor's, it is marked as a whole.
   */
  async takeOutSessions(
    accountId: string,
    sessions: readonly ErasedSessionDto[],
    visitorId: string | null,
  ): Promise<void> {
    const erased = new Set(sessions.map(({ sessionId }) => sessionId));
    for (const { sessionId, conversationId } of sessions) {
      const ids = new Set([sessionId, ...(conversationId === undefined ? [] : [conversationId])]);
      for (const id of ids) {
        let isDone = false;
        while (!isDone)
          isDone = await this.takeOut(accountId, id, { sessionId, erased, visitorId });
      }
    }
  }

  /** @returns false where somebody else came in between: it has to be looked again whose it is */
  private async takeOut(
    accountId: string,
    id: string,
    { sessionId, erased, visitorId }: Leaving,
  ): Promise<boolean> {
    const found = await this.conversations.find(accountId, id);
    if (!found?.sessionIds.includes(sessionId)) return true;
    if (!isAllOf(found, erased, visitorId)) {
      await this.conversations.takeOutSession(accountId, found.id, sessionId);
      return true;
    }
    if (!(await this.conversations.markAsFound(accountId, found))) return false;
    await this.erased.add(accountId, 'conversation', found.names);
    return true;
  }

  private async markErased(
    accountId: string,
    leaving: readonly LeavingConversation[],
  ): Promise<void> {
    const names = leaving.flatMap((conversation) => conversation.names);
    await this.erased.add(accountId, 'conversation', names);
    const ids = leaving.map(({ id }) => id);
    await this.conversations.markThese(accountId, ids);
    await failPoint('erase.conversationsMarked');
  }
}

/** A session that goes, with all that go and whose they were. */
interface Leaving {
  readonly sessionId: string;
  readonly erased: ReadonlySet<string>;
  readonly visitorId: string | null;
}

function isAllOf(
  conversation: LeavingConversation,
  erased: ReadonlySet<string>,
  visitorId: string | null,
): boolean {
  const isAnothers = conversation.visitorId !== null && conversation.visitorId !== visitorId;
  return !isAnothers && conversation.sessionIds.every((id) => erased.has(id));
}
