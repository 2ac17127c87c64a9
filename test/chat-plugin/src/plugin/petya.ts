import type { Call, CallJson } from '#client';
import { siteOf } from './addresses.js';
import type { Visitor } from './remembered.js';
import { localeOf, pageUrlOf } from './page-facts.js';
import type { SiteUser } from './site-user.js';
import { traceparentOf } from './trace.js';

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

/** Where the visitor's proof is kept between calls, and by what those of its conversation are found. */
export interface Proof {
  visitor: Visitor | null;
  readonly traceId: string;
}

/** What the plugin asks of Petya, with the customer's key and the visitor's token. */
export interface Petya {
  accountConfig(): Promise<AccountConfig>;
  /** The visitor that is proved, seen again; where nobody is, the person, or somebody new. */
  startVisitor(user: SiteUser | null): Promise<Visitor>;
  /** One conversation for one `externalId`, however often it is asked for. */
  startConversation(visitorId: string, externalId: string): Promise<string>;
  /** One message for one id, however often it is sent. */
  postMessage(conversationId: string, clientMessageId: string, content: string): Promise<void>;
  /** What was written to the visitor, oldest first. */
  answers(conversationId: string): Promise<Answer[]>;
  complete(conversationId: string): Promise<void>;
}

export function petyaClient(
  callJson: CallJson,
  baseUrl: string,
  apiKey: string,
  proof: Proof,
): Petya {
  const ask = <T>(path: string, more: Call): Promise<T> => {
    const { visitor } = proof;
    const proved: Record<string, string> =
      visitor === null ? {} : { 'X-Visitor-Token': visitor.visitorToken };
    const answered = (answer: Headers): void => {
      const renewed = answer.get('X-Visitor-Token');
      // Of whoever it was asked for: the visitor may have been forgotten meanwhile.
      if (renewed === null || visitor === null || proof.visitor !== visitor) return;
      proof.visitor = { ...visitor, visitorToken: renewed };
    };
    const url = `${siteOf(baseUrl)}/api/v1${path}`;
    const headers = { ...proved, ...more.headers };
    return callJson<T>(url, { ...more, bearer: apiKey, headers, answered });
  };
  const call = <T>(path: string, body?: unknown, method?: 'PATCH'): Promise<T> =>
    ask(path, { body, method, headers: { traceparent: traceparentOf(proof.traceId) } });
  // Where the visitor is when it is asked: a page may change its address without being loaded anew.
  const pageUrl = (): string | undefined => pageUrlOf(location.href);
  return {
    // Of no conversation: every page asks it, and most visitors never say a word.
    accountConfig: () => ask('/account/config', {}),
    startVisitor: async (user) => {
      const { visitorToken = '', userId = user?.userId } = proof.visitor ?? {};
      const body = { pageUrl: pageUrl(), locale: localeOf(navigator.language), ...user };
      const made = await call<{ visitorId: string; visitorToken?: string }>('/visitors/init', body);
      const { visitorId } = made;
      const visitor = { visitorId, visitorToken: made.visitorToken ?? visitorToken };
      return userId === undefined ? visitor : { ...visitor, userId };
    },
    startConversation: async (visitorId, externalId) => {
      const body = { visitorId, externalId, pageUrl: pageUrl() };
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
