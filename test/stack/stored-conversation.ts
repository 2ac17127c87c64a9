import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationPageDto, ConversationSessionDto, ConversationTurnDto } from '#contracts';
import { callApi } from './json-api.js';
import type { PluginSession } from './plugin.js';
import type { Stack } from './stack.js';

/** A conversation as Petya gives it back, all pages together. */
export interface StoredConversation {
  readonly status: string;
  readonly session: ConversationSessionDto | undefined;
  readonly turns: readonly ConversationTurnDto[];
  /** What the visitor typed. */
  readonly messages: readonly string[];
}

/**
 * Waits until Petya holds the end of a session.
 * @throws Error when it does not within the time
 */
export async function waitForStored(
  stack: Stack,
  { conversationId, sessionId }: Pick<PluginSession, 'conversationId' | 'sessionId'>,
  timeoutMs: number,
): Promise<StoredConversation> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const stored = await readStored(stack, conversationId, sessionId);
    if (stored.session !== undefined && stored.session.status !== 'active') return stored;
    if (Date.now() > deadline) {
      throw new Error(`Petya does not hold the transcript ${timeoutMs / 1000} s after the end.`);
    }
    await sleep(50);
  }
}

async function readStored(
  stack: Stack,
  conversationId: string,
  sessionId: string,
): Promise<StoredConversation> {
  const url = `${stack.urls.petya}/api/v1/conversations/userConversation/${conversationId}`;
  const pages: ConversationPageDto[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: ConversationPageDto = await callApi(`${url}?limit=100${query}`, {
      bearer: stack.account.secretKey,
    });
    pages.push(page);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return {
    status: pages[0]?.status ?? 'unknown',
    session: pages[0]?.sessions.find((session) => session.sessionId === sessionId),
    turns: pages.flatMap(({ transcript }) => transcript),
    messages: pages.flatMap(({ messages }) => messages.map(({ content }) => content)),
  };
}
