import { callJson } from './call.js';

export interface AccountConfig {
  readonly accountId: string;
  readonly name: string;
  readonly avatar: { readonly enabled: boolean; readonly intro: string };
  readonly avatarServiceUrl: string | null;
}

export interface StoredTurn {
  readonly role: 'user' | 'avatar';
  readonly text: string;
  readonly at: string;
}

export interface StoredConversation {
  readonly conversationId: string;
  readonly status: string;
  readonly endReason: string | null;
  readonly transcript: readonly StoredTurn[];
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
    conversation: (id: string) =>
      call<StoredConversation>(`/conversations/userConversation/${encodeURIComponent(id)}`),
  };
}

export type PetyaClient = ReturnType<typeof petyaClient>;
