import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { send } from '../support/json-client.js';
import { routes } from './routes.js';

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, unknown>; security?: Record<string, unknown>[] }>
  >;
  readonly components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
}

/** What each route answers when all is well. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'GET /health/live': ['200'],
  'GET /health/ready': ['200'],
  'GET /api/v1/avatar/config': ['200'],
  'POST /api/v1/avatar/access': ['200'],
  'GET /api/v1/avatar/accounts/{accountId}/config': ['200'],
  'POST /api/v1/avatar/conversations/{conversationId}/status': ['200'],
  'GET /api/v1/conversations/userConversation/{id}': ['200'],
  'GET /api/v1/admin/addresses': ['200'],
  'POST /api/v1/admin/accounts': ['201'],
  'GET /api/v1/admin/accounts': ['200'],
  'GET /api/v1/admin/accounts/{accountId}': ['200'],
  'PATCH /api/v1/admin/accounts/{accountId}': ['200'],
  'DELETE /api/v1/admin/accounts/{accountId}': ['204'],
  'DELETE /api/v1/admin/accounts/{accountId}/visitors/{visitorId}': ['200'],
  'GET /api/v1/admin/accounts/{accountId}/visitors/{visitorId}/export': ['200'],
  'DELETE /api/v1/admin/accounts/{accountId}/conversations/{conversationId}': ['200'],
  'GET /api/v1/avatar/erasures': ['200'],
  'POST /api/v1/avatar/erasures/{erasureId}/done': ['200'],
  'POST /api/v1/avatar/erasures/{erasureId}/sessions': ['200'],
  'POST /api/v1/admin/accounts/{accountId}/keys': ['201'],
  'GET /api/v1/admin/accounts/{accountId}/keys': ['200'],
  'GET /api/v1/admin/accounts/{accountId}/usage': ['200'],
  'GET /api/v1/admin/accounts/{accountId}/visitors': ['200'],
  'GET /api/v1/admin/accounts/{accountId}/conversations': ['200'],
  'DELETE /api/v1/admin/accounts/{accountId}/keys/{keyId}': ['200'],
  'GET /api/v1/account/config': ['200'],
  'POST /api/v1/conversations/userConversation/init': ['200', '201'],
  'PATCH /api/v1/conversations/userConversation/{id}/status': ['200'],
  'POST /api/v1/visitors/init': ['200', '201'],
  'POST /api/v1/messages/userMessages/init': ['200', '201'],
};

describe('what the app says of itself', () => {
  let petya: RunningPetya;
  let document: OpenApi;

  beforeAll(async () => {
    petya = await startPetya();
    document = (await send<OpenApi>('GET', `${petya.baseUrl}/openapi.json`)).body;
  });
  afterAll(() => petya.stop());

  it('is alive and ready, at the root and without a key', async () => {
    expect((await send('GET', `${petya.baseUrl}/health/live`)).status).toBe(200);
    const { status, body } = await send('GET', `${petya.baseUrl}/health/ready`);
    expect([status, body['status']]).toEqual([200, 'ok']);
  });

  it('describes every route there is, in OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const described = Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      )
      .filter((each) => each.includes('/api/v1'));
    const known = routes.map(({ method, path }) => `${method} /api/v1${path}`);
    const pattern = (text: string) => text.replace(/\{\w+\}|[0-9a-f]{24}/g, ':id');
    expect(described.map(pattern).toSorted()).toEqual(known.map(pattern).toSorted());
  });

  it('names the answers that the contract names', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => [
        `${method.toUpperCase()} ${path}`,
        Object.keys(responses).filter((status) => status.startsWith('2')),
      ]),
    );
    expect(Object.fromEntries(described)).toEqual(ANSWERS);
  });

  it('says of each text of a form that it may be empty', () => {
    const bodies = ['InitVisitorDto', 'InitConversationDto', 'PostMessageDto'];
    const properties = bodies.flatMap((name) =>
      Object.entries(document.components.schemas[name]?.properties ?? {}),
    );
    const refusing = properties.filter(([, rules]) => {
      const { anyOf } = rules as { anyOf?: object[] };
      return anyOf?.every((each) => !('maxLength' in each)) ?? true;
    });
    expect(refusing.map(([name]) => name).toSorted()).toEqual([
      'content',
      'conversationId',
      'isFromUser',
    ]);
    expect(properties.find(([name]) => name === 'email')?.[1]).toMatchObject({
      anyOf: [{ maxLength: 0 }, { format: 'email' }],
    });
  });

  it('names the credential and the error body of every route', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      if (!path.startsWith('/api/v1')) continue;
      for (const operation of Object.values(methods)) {
        expect(operation.security?.length).toBeGreaterThan(0);
        for (const status of ['401', '422', '429', '500', '503']) {
          const refusal = JSON.stringify(operation.responses[status]);
          expect(refusal).toContain('#/components/schemas/Error');
        }
        expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(
          true,
        );
      }
    }
  });

  it('describes the members of the status update', () => {
    expect(Object.keys(document.components.schemas['StatusUpdateDto']?.properties ?? {})).toEqual(
      expect.arrayContaining(['sessionId', 'status', 'transcript', 'accountId', 'version']),
    );
  });
});
