import { callJson } from './call.js';

export interface AccountConfig {
  readonly accountId: string;
  readonly name: string;
  readonly avatar: { readonly enabled: boolean; readonly intro: string };
  readonly avatarServiceUrl: string | null;
}

export interface StoredTurn {
  readonly sessionId: string | null;
  readonly role: 'user' | 'avatar';
  readonly transcript: string;
  readonly timestamp: string | null;
}

interface StoredSession {
  readonly sessionId: string;
  readonly status: string;
  readonly endReason: string | null;
}

export interface ConversationPage {
  readonly conversationId: string;
  readonly status: string;
  readonly sessions: readonly StoredSession[];
  readonly transcript: readonly StoredTurn[];
  readonly nextCursor: string | null;
}

/** What the plugin asks of Petya, with the customer's key. */
export function petyaClient(baseUrl: string, apiKey: string) {
  const call = <T>(path: string, body?: unknown): Promise<T> =>
    callJson<T>(`${baseUrl}/api/v1${path}`, { body, bearer: apiKey });
  return {
    accountConfig: () => call<AccountConfig>('/account/config'),
    startVisitor: (visitorId: string | null) =>
      call<{ visitorId: string }>('/visitors/init', {
        ...(visitorId === null ? {} : { visitorId }),
        pageUrl: location.href,
        locale: navigator.language,
      }),
    startConversation: (visitorId: string) =>
      call<{ conversationId: string }>('/conversations/userConversation/init', {
        visitorId,
        pageUrl: location.href,
      }),
    postMessage: (conversationId: string, content: string) =>
      call('/messages/userMessages/init', {
        conversationId,
        isFromUser: true,
        content,
        clientMessageId: crypto.randomUUID(),
      }),
    conversation: (id: string, cursor: string | null) =>
      call<ConversationPage>(
        `/conversations/userConversation/${encodeURIComponent(id)}?limit=100` +
          (cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`),
      ),
  };
}

export type PetyaClient = ReturnType<typeof petyaClient>;
