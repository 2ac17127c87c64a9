import type {
  AccountDto,
  ConversationPageDto,
  ConversationRefDto,
  CreateAccountDto,
  CreatedApiKeyDto,
  ErasedSessionDto,
  ErasureOrderDto,
  ErasureOrdersDto,
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
  /** The key of the customer's server, made when it is asked for first. */
  secretKey(): Promise<string>;
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    json?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<T>>;
  openConversation(body?: object): Promise<string>;
  makeVisitor(body?: object): Promise<string>;
  /** A visitor with the token that proves it. */
  proveVisitor(body?: object): Promise<ProvedVisitor>;
  post(conversationId: string, content: string, more?: object): Promise<Answer>;
  /** Reads as the customer's server does. */
  read(conversationId: string, query?: string): Promise<ConversationPageDto>;
}

/** A visitor as a plugin that keeps its token has it. */
export interface ProvedVisitor {
  readonly visitorId: string;
  readonly visitorToken: string;
  /** The header that shows the proof. */
  readonly proof: { readonly 'x-visitor-token': string };
}

export async function makeTenant(
  petya: RunningPetya,
  settings: Partial<CreateAccountDto> = {},
): Promise<Tenant> {
  const account = await petya.admin<AccountDto>('POST', '/accounts', { name: 'Shop', ...settings });
  const { accountId } = account.body;
  const made = await petya.admin<CreatedApiKeyDto>('POST', `/accounts/${accountId}/keys`, {});
  const { key, keyId } = made.body;
  const call: Tenant['call'] = (method, path, json, headers = {}) =>
    petya.call(method, path, { headers: { authorization: `Bearer ${key}`, ...headers }, json });
  let secret: Promise<string> | undefined;
  const secretKey = () => (secret ??= makeSecretKey(petya, accountId));
  return {
    accountId,
    key,
    keyId,
    secretKey,
    call,
    openConversation: async (body = {}) =>
      (await call<ConversationRefDto>('POST', '/conversations/userConversation/init', body)).body
        .conversationId,
    makeVisitor: async (body = {}) =>
      (await call<VisitorRefDto>('POST', '/visitors/init', body)).body.visitorId,
    proveVisitor: async (body = {}) => {
      const made = await call<VisitorRefDto>('POST', '/visitors/init', body);
      const { visitorId, visitorToken = '' } = made.body;
      return { visitorId, visitorToken, proof: { 'x-visitor-token': visitorToken } };
    },
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
          undefined,
          { authorization: `Bearer ${await secretKey()}` },
        )
      ).body,
  };
}

async function makeSecretKey(petya: RunningPetya, accountId: string): Promise<string> {
  const path = `/accounts/${accountId}/keys`;
  return (await petya.admin<CreatedApiKeyDto>('POST', path, { kind: 'secret' })).body.key;
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

const SERVICE = { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` };

/** The erasures that wait for ilianaai-avatar. */
export async function erasureOrders(petya: RunningPetya, query = ''): Promise<ErasureOrderDto[]> {
  const path = `/avatar/erasures${query}`;
  return (await petya.call<ErasureOrdersDto>('GET', path, { headers: SERVICE })).body.items;
}

/** Names sessions that one is about, as ilianaai-avatar does. */
export function nameErased(
  petya: RunningPetya,
  erasureId: string,
  sessions: readonly ErasedSessionDto[],
): Promise<Answer> {
  const path = `/avatar/erasures/${erasureId}/sessions`;
  return petya.call('POST', path, { headers: SERVICE, json: { sessions } });
}

/** Confirms one as ilianaai-avatar does. */
export function confirmErasure(petya: RunningPetya, erasureId: string): Promise<Answer> {
  return petya.call('POST', `/avatar/erasures/${erasureId}/done`, { headers: SERVICE });
}
