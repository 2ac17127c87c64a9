import 'reflect-metadata';
import { avatarApi } from '../../apps/ilianaai-avatar/src/avatar-api.js';
import { createAvatarApp } from '../../apps/ilianaai-avatar/src/create-avatar-app.js';
import { avatarErrors } from '../../apps/ilianaai-avatar/src/errors.js';
import { openApiDocument } from '../../libs/platform/src/openapi/openapi.js';
import { type Document, writeTypes } from './write-types.js';

const HEAD =
  "// Made of ilianaai-avatar's OpenAPI document by `npm run generate:client`; a test compares the two.";

/** What a visitor's page asks, in the order in which it does. */
const ROUTES = [
  'POST /v1/sessions/token',
  'POST /v1/sessions/start',
  'POST /v1/sessions/keep-alive',
  'POST /v1/streaming.avatar_message',
  'POST /v1/sessions/stop',
  'POST /v1/sessions/leave',
  'GET /v1/sessions/{session_id}',
  'GET /v1/sessions/{session_id}/transcript',
];

/** Nothing of it is asked: the app is built and never opened. */
const ENVIRONMENT = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'error',
  MONGODB_URI: 'mongodb://127.0.0.1:27017/none',
  LIVEAVATAR_API_KEY: 'nobodys-key',
  PETYA_BASE_URL: 'http://127.0.0.1:5000',
  PETYA_AUTH_TOKEN: 'nobodys-token',
};

/** The text of `libs/client/src/generated.ts`, from the app as its source is now. */
export async function gatewayTypes(): Promise<string> {
  const { app } = await createAvatarApp(ENVIRONMENT);
  try {
    const described = openApiDocument(app, {
      api: avatarApi,
      errors: avatarErrors,
      vendorShaped: () => true,
    });
    const document = described as unknown as Document;
    return writeTypes(document, HEAD, ROUTES, { Error: 'Problem' });
  } finally {
    await app.close();
  }
}
