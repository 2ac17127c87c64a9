import { SESSION_ID_PATTERN } from '#contracts';
import type { MediaRules } from '../../config/avatar-config.js';
import { AvatarError } from '../../errors.js';
import { allowedMediaUrl } from '../../vendors/media-url.js';
import { dataOf, isObject, number, objects, text } from '../../vendors/vendor-answers.js';
import type { CreatedSession, Media, Room, SessionSettings } from '../../vendors/vendor.js';
import type { HeyGenMedia } from './heygen.media.js';

/** Body of `streaming.new`: everything but the quality is the account's; null is left out. */
export function toNewRequest(settings: SessionSettings, quality: string | undefined) {
  return {
    ...(quality === undefined ? {} : { quality }),
    version: 'v2',
    avatar_id: settings.avatarId,
    ...(settings.contextId === null ? {} : { knowledge_base_id: settings.contextId }),
    ...(settings.voiceId === null ? {} : { voice: { voice_id: settings.voiceId } }),
    language: settings.language,
  };
}

/** `create_token` has an envelope of its own. */
export function toVendorToken(body: unknown): string {
  if (!isObject(body) || !isObject(body['data'])) throw new AvatarError('vendor_garbled');
  return text(body['data'], 'token', 4_096);
}

/** The session that `streaming.new` has opened. */
export function toOpenedId(body: unknown): string {
  const vendorSessionId = text(dataOf(body), 'session_id');
  if (!SESSION_ID_PATTERN.test(vendorSessionId)) throw new AvatarError('vendor_garbled');
  return vendorSessionId;
}

/** `livekit_agent_token` is a server's credential and is not read at all. */
export function toOpenedSession(
  body: unknown,
  vendorToken: string,
  rules: MediaRules,
): CreatedSession {
  const vendorSessionId = toOpenedId(body);
  const data = dataOf(body);
  const limit = data['session_duration_limit'];
  const { is_paid, realtime_endpoint } = data;
  const media: HeyGenMedia = {
    url: allowedMediaUrl(text(data, 'url', 2_048), rules),
    access_token: text(data, 'access_token'),
    ...(typeof limit === 'number' ? { session_duration_limit: limit } : {}),
    ...(typeof is_paid === 'boolean' ? { is_paid } : {}),
    ...(typeof realtime_endpoint === 'string'
      ? { realtime_endpoint: allowedMediaUrl(realtime_endpoint, rules) }
      : {}),
  };
  const maxSessionSeconds =
    typeof limit === 'number' && limit > 0 ? number(data, 'session_duration_limit') : null;
  return { vendorSessionId, vendorToken, opened: { media, maxSessionSeconds } };
}

/** Media as `toOpenedSession` made them, in the members of a start's answer. */
export function toRoom(media: Media): Room {
  const { url, access_token } = media as HeyGenMedia;
  return { livekit_url: url, livekit_client_token: access_token };
}

/** Ids of `streaming.list`. */
export function toLiveIds(body: unknown): string[] {
  return objects(dataOf(body), 'sessions').map((session) => text(session, 'session_id'));
}
