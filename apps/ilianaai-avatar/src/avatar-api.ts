import { VISITOR_TOKEN_HEADER } from '#contracts';
import type { ApiDescription } from '#platform';

/** Every route is served at the root and under this path. */
export const SECOND_PATH = '/api/v1/avatar';

/** How the app presents itself in `/openapi.json`. */
export const avatarApi: ApiDescription = {
  title: 'ilianaai-avatar',
  description: 'Avatar sessions for chat plugins: opened, watched, ended, and written down.',
  servers: ['/', SECOND_PATH],
  security: {
    customerKey: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Api-Key',
      description:
        'The key of the page (SE_), or a secret key (SK_) from a server: never with an Origin header.',
    },
    visitorToken: {
      type: 'apiKey',
      in: 'header',
      name: VISITOR_TOKEN_HEADER,
      description:
        'From Petya, POST /visitors/init. What was opened with one needs it from then on, beside the key, to ask for a session.',
    },
    accountToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    sessionToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    adminToken: { type: 'http', scheme: 'bearer' },
  },
};
