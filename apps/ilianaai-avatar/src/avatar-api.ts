import { type ApiDescription, SHARED_CREDENTIALS } from '#platform';
import type { AvatarConfig } from './config/avatar-config.js';
import { HEYGEN_TAG } from './heygen/http/heygen.controller.js';

/** Every route is served at the root and under this path. */
export const SECOND_PATH = '/api/v1/avatar';

/** How the app presents itself in `/openapi.json` while both vendors are on. */
export const avatarApi: ApiDescription = {
  title: 'ilianaai-avatar',
  description: 'Avatar sessions for chat plugins: opened, watched, ended, and written down.',
  servers: ['/', SECOND_PATH],
  tags: {
    sessions: 'How an avatar session begins, goes on, and ends.',
    streaming: 'What is said in a session.',
    [HEYGEN_TAG]:
      "The older vendor's contract, which that vendor has retired. Begin with `sessions`.",
    operator: 'What the operator sees of sessions and does to them.',
    health: 'Probes of whoever runs the service.',
  },
  security: {
    ...SHARED_CREDENTIALS,
    accountToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'From POST /v1/streaming.create_token. It stands in for the key, for one session.',
    },
    sessionToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The `session_token` of POST /v1/sessions/token. It is for that session only.',
    },
  },
};

/** Routes that open or start a session of LiveAvatar, and are gone while it is off. */
const OF_LIVEAVATAR = ['/v1/sessions/token', '/v1/sessions/start'];

/** As `avatarApi`, without the routes of a vendor that is off. */
export function apiOf({ heygen, liveAvatar }: AvatarConfig): ApiDescription {
  return {
    ...avatarApi,
    isOff: (path, tags) =>
      (heygen === null && tags.includes(HEYGEN_TAG)) ||
      (liveAvatar.apiKey === null && OF_LIVEAVATAR.includes(path)),
  };
}
