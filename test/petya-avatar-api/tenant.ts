import type {
  AccountDto,
  ConversationPageDto,
  ConversationRefDto,
  CreateAccountDto,
  CreatedApiKeyDto,
  StatusResultDto,
  VisitorRefDto,
} from '#contracts';
import type { Answer } from '../support/json-client.js';
import { PETYA_SERVICE_TOKEN, type RunningPetya } from '../support/petya-app.js';

/** An account with a key, and the calls its plugin makes. */
export interface Tenant {
  readonly accountId: string;
  readonly key: string;
  readonly keyId: string;
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    json?: unknown,
  ): Promise<Answer<T>>;
  openConversation(body?: object): Promise<string>;
  makeVisitor(body?: object): Promise<string>;
  post(conversationId: string, content: string, more?: object): Promise<Answer>;
  read(conversationId: string, query?: string): Promise<ConversationPageDto>;
}

export async function makeTenant(
  petya: RunningPetya,
  settings: Partial<CreateAccountDto> = {},
): Promise<Tenant> {
  const account = await petya.admin<AccountDto>('POST', '/accounts', { name: 'Shop', ...settings });
  const { accountId } = account.body;
  const made = await petya.admin<CreatedApiKeyDto>('POST', `/accounts/${accountId}/keys`, {});
  const { key, keyId } = made.body;
  const call: Tenant['call'] = (method, path, json) =>
    petya.call(method, path, { headers: { authorization: `Bearer ${key}` }, json });
  return {
    accountId,
    key,
    keyId,
    call,
    openConversation: async (body = {}) =>
      (await call<ConversationRefDto>('POST', '/conversations/userConversation/init', body)).body
        .conversationId,
    makeVisitor: async (body = {}) =>
      (await call<VisitorRefDto>('POST', '/visitors/init', body)).body.visitorId,
    post: (conversationId, content, more = {}) =>
      call('POST', '/messages/userMessages/init', {
        conversationId,
        isFromUser: true,
        content,
        ...more,
      }),
    read: async (conversationId, query = '') =>
      (
        await call<ConversationPageDto>(
          'GET',
          `/conversations/userConversation/${conversationId}${query}`,
        )
      ).body,
  };
}

/** Delivers a status update as ilianaai-avatar does. */
export function deliver(
  petya: RunningPetya,
  conversationId: string,
  body: object,
): Promise<Answer<StatusResultDto>> {
  return petya.call('POST', `/avatar/conversations/${conversationId}/status`, {
    headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` },
    json: body,
  });
}

/** A turn as it is delivered; `at` in Unix seconds. */
export function turn(role: 'user' | 'avatar', transcript: string, at: number) {
  return { role, transcript, timestamp: at, absolute_timestamp: at };
}
