import { randomUUID } from 'node:crypto';
import { callApi } from './json-api.js';
import type { Stack } from './stack.js';
import type { Turn } from './compare-turns.js';

export interface PluginSession {
  readonly sessionId: string;
  readonly conversationId: string;
  readonly intro: string;
  /** Typed words: kept by Petya as a message, by the gateway as a turn. */
  type(text: string): Promise<void>;
  /** A turn that the page saw: what the avatar was told to speak, or what it understood. */
  post(turn: Turn, messageId?: string): Promise<void>;
  keepAlive(): Promise<void>;
  stop(): Promise<void>;
  view(): Promise<{ state: string; end_reason: string | null; delivery: string }>;
}

interface Envelope<T> {
  readonly data: T;
}

/** Opens and starts a session with the calls the chat plugin makes, in its order. */
export async function openAsPlugin(stack: Stack): Promise<PluginSession> {
  const { urls, account } = stack;
  let visitorToken: string | undefined;
  const petya = <T>(path: string, body?: unknown): Promise<T> =>
    callApi<T>(`${urls.petya}/api/v1${path}`, {
      body,
      bearer: account.apiKey,
      origin: urls.page,
      visitorToken,
    });
  const { avatarServiceUrl } = await petya<{ avatarServiceUrl: string }>('/account/config');
  const visitor = await petya<{ visitorId: string; visitorToken: string }>('/visitors/init', {
    pageUrl: urls.page,
    locale: 'en',
  });
  const { visitorId } = visitor;
  ({ visitorToken } = visitor);
  const { conversationId } = await petya<{ conversationId: string }>(
    '/conversations/userConversation/init',
    { visitorId, pageUrl: urls.page },
  );
  const token = await callApi<Envelope<{ session_id: string; session_token: string }>>(
    `${avatarServiceUrl}/v1/sessions/token`,
    {
      body: { conversation_id: conversationId, visitor_id: visitorId },
      apiKey: account.apiKey,
      origin: urls.page,
      visitorToken,
    },
  );
  const { session_id: sessionId, session_token: bearer } = token.data;
  const avatar = async <T>(path: string, body?: unknown): Promise<T> => {
    const call = { body, bearer, origin: urls.page };
    return (await callApi<Envelope<T>>(`${avatarServiceUrl}/v1/${path}`, call)).data;
  };
  const { intro } = await avatar<{ intro: string }>('sessions/start', {});
  const post = async ({ role, text }: Turn, messageId: string = randomUUID()): Promise<void> => {
    const turn = { session_id: sessionId, role, text, message_id: messageId };
    await avatar('streaming.avatar_message', turn);
  };
  return {
    sessionId,
    conversationId,
    intro,
    post,
    type: async (text) => {
      const clientMessageId = randomUUID();
      const message = { conversationId, isFromUser: true, content: text, clientMessageId };
      await petya('/messages/userMessages/init', message);
      await post({ role: 'user', text });
    },
    keepAlive: async () => {
      await avatar('sessions/keep-alive', { next_within_s: 15 });
    },
    stop: async () => {
      await avatar('sessions/stop', {});
    },
    view: () => avatar(`sessions/${sessionId}`),
  };
}
