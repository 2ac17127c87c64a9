import type { CallJson } from './call.js';

export interface AccountConfig {
  readonly accountId: string;
  readonly name: string;
  readonly language: string;
  readonly avatar: { readonly enabled: boolean; readonly intro: string };
  readonly avatarServiceUrl: string | null;
}

export interface Answer {
  readonly messageId: string;
  readonly content: string;
}

interface ConversationPage {
  readonly messages: readonly (Answer & { readonly isFromUser: boolean })[];
  readonly nextCursor: string | null;
}

/** What the plugin asks of Petya, with the customer's key. */
export interface Petya {
  accountConfig(): Promise<AccountConfig>;
  /** The same visitor again where the id is known. */
  startVisitor(visitorId: string | null): Promise<string>;
  /** One conversation for one `externalId`, however often it is asked for. */
  startConversation(visitorId: string, externalId: string): Promise<string>;
  /** One message for one id, however often it is sent. */
  postMessage(conversationId: string, clientMessageId: string, content: string): Promise<void>;
  /** What was written to the visitor, oldest first. */
  answers(conversationId: string): Promise<Answer[]>;
  complete(conversationId: string): Promise<void>;
}

export function petyaClient(callJson: CallJson, baseUrl: string, apiKey: string): Petya {
  const call = <T>(path: string, body?: unknown, method?: 'PATCH'): Promise<T> =>
    callJson<T>(`${baseUrl}/api/v1${path}`, { body, method, bearer: apiKey });
  const pageUrl = location.href;
  return {
    accountConfig: () => call('/account/config'),
    startVisitor: async (visitorId) => {
      const known = visitorId === null ? {} : { visitorId };
      const body = { ...known, pageUrl, locale: navigator.language };
      return (await call<{ visitorId: string }>('/visitors/init', body)).visitorId;
    },
    startConversation: async (visitorId, externalId) => {
      const body = { visitorId, externalId, pageUrl };
      const path = '/conversations/userConversation/init';
      return (await call<{ conversationId: string }>(path, body)).conversationId;
    },
    postMessage: async (conversationId, clientMessageId, content) => {
      const body = { conversationId, isFromUser: true, content, clientMessageId };
      await call('/messages/userMessages/init', body);
    },
    answers: async (conversationId) => {
      const path = `${conversationPath(conversationId)}?limit=100`;
      let page = await call<ConversationPage>(path);
      const messages = [...page.messages];
      while (page.nextCursor !== null) {
        page = await call(`${path}&cursor=${encodeURIComponent(page.nextCursor)}`);
        messages.push(...page.messages);
      }
      return messages.filter(({ isFromUser }) => !isFromUser);
    },
    complete: async (conversationId) => {
      const path = `${conversationPath(conversationId)}/status`;
      await call(path, { status: 'completed' }, 'PATCH');
    },
  };
}

function conversationPath(id: string): string {
  return `/conversations/userConversation/${encodeURIComponent(id)}`;
}
