import {
  type EndReason,
  isUnixTime,
  MOST_BILLED,
  SESSION_ID_PATTERN,
  unixTimeToMs,
  type VoiceSettingsDto,
} from '#contracts';
import type { MediaRules } from '../../config/avatar-config.js';
import { AvatarError } from '../../errors.js';
import { allowedMediaUrl } from '../media-url.js';
import type {
  CreatedSession,
  Media,
  Room,
  SessionSettings,
  StartedSession,
  TranscriptPage,
  VendorLine,
  VendorRecord,
} from '../vendor.js';
import { dataOf, type JsonObject, number, objects, text, wordsOf } from '../vendor-answers.js';

/** The vendor's sandbox has one avatar, and sessions of a minute; more of either is refused. */
export const SANDBOX = { avatarId: 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a', maxSeconds: 60 };

/**
 * Body of `POST /v1/sessions/token`; a member that would be null is left out, so that the vendor's
 * own default stands.
 * @param isSandbox whether the sandbox is meant whatever the account says
 */
export function toTokenRequest(settings: SessionSettings, isSandbox = false): JsonObject {
  const { options = {}, maxSessionSeconds } = settings;
  const sandbox = isSandbox || options.sandbox === true;
  const { interactivity, videoQuality, variables } = options;
  return present({
    mode: 'FULL',
    avatar_id: sandbox ? SANDBOX.avatarId : settings.avatarId,
    max_session_duration: sandbox
      ? Math.min(maxSessionSeconds, SANDBOX.maxSeconds)
      : maxSessionSeconds,
    is_sandbox: sandbox ? true : null,
    interactivity_type: interactivity?.toUpperCase(),
    video_settings: videoQuality && { quality: videoQuality },
    ...(options.voiceAgentId === undefined
      ? { avatar_persona: toPersona(settings, sandbox), dynamic_variables: variables }
      : { voice_agent: present({ id: options.voiceAgentId, dynamic_variables: variables }) }),
  });
}

/** The sandbox's avatar keeps its own voice: with another one it may be mute. */
function toPersona(
  { voiceId, contextId, language, options = {} }: SessionSettings,
  isSandbox: boolean,
): JsonObject {
  return present({
    voice_id: isSandbox ? null : voiceId,
    context_id: contextId,
    language,
    voice_settings:
      isSandbox || !options.voiceSettings ? null : toVoiceSettings(options.voiceSettings),
    stt_config: options.sttConfig && { provider: options.sttConfig.provider },
  });
}

function toVoiceSettings(voice: VoiceSettingsDto): JsonObject {
  return present({
    provider: voice.provider,
    speed: voice.speed,
    model: voice.model,
    stability: voice.stability,
    similarity_boost: voice.similarityBoost,
    style: voice.style,
    use_speaker_boost: voice.useSpeakerBoost,
    latency_mode: voice.latencyMode,
  });
}

function present(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => (value ?? null) !== null),
  );
}

export function toCreatedSession(body: unknown): CreatedSession {
  const data = dataOf(body);
  const vendorSessionId = text(data, 'session_id');
  if (!SESSION_ID_PATTERN.test(vendorSessionId)) throw new AvatarError('vendor_garbled');
  const vendorToken = text(data, 'session_token');
  // A token costs nothing until it is started, and this one would start what cannot speak.
  if (modeOf(vendorToken) === 'LITE') throw new AvatarError('voice_agent_unfit');
  return { vendorSessionId, vendorToken, opened: null };
}

/** The mode that a token of the vendor names, which is a JWT; undefined where it names none. */
function modeOf(token: string): unknown {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const claims = JSON.parse(payload) as { start_session_data?: { mode?: unknown } } | null;
    return claims?.start_session_data?.mode;
  } catch {
    return undefined;
  }
}

/** `livekit_agent_token` is a server's credential and is not read at all. */
export function toStartedSession(
  body: unknown,
  vendorSessionId: string,
  media: MediaRules,
): StartedSession {
  const data = dataOf(body);
  if (data['session_id'] !== vendorSessionId) throw new AvatarError('vendor_garbled');
  const max = data['max_session_duration'];
  return {
    media: {
      livekit_url: allowedMediaUrl(text(data, 'livekit_url', 2_048), media),
      livekit_client_token: text(data, 'livekit_client_token'),
      ...(typeof data['ws_url'] === 'string'
        ? { ws_url: allowedMediaUrl(data['ws_url'], media) }
        : {}),
    } satisfies Room,
    maxSessionSeconds:
      max === null || max === undefined ? null : number(data, 'max_session_duration'),
  };
}

/** Media as `toStartedSession` made them: its members are those of a start's answer. */
export function toRoom(media: Media): Room {
  const { livekit_url, livekit_client_token, ws_url } = media as unknown as Room;
  return { livekit_url, livekit_client_token, ...(ws_url === undefined ? {} : { ws_url }) };
}

/** How the vendor's end reasons read in ours. */
const END_REASONS: ReadonlyMap<unknown, EndReason> = new Map([
  ['IDLE_TIMEOUT', 'idle'],
  ['MAX_DURATION_REACHED', 'max_duration'],
  ['USER_CLOSED', 'visitor_ended'],
  ['USER_DISCONNECTED', 'visitor_left'],
  ['ZOMBIE_SESSION_REAP', 'visitor_left'],
  ['SERVER_ERROR', 'vendor_fault'],
  ['DISPATCH_FAILED', 'vendor_fault'],
  ['NO_CREDITS', 'no_credits'],
]);

/** A session record; one without an end is running. */
export function toVendorRecord(body: unknown): VendorRecord {
  const data = dataOf(body);
  const reason = data['end_reason'];
  const endedAt = data['end_at'];
  if (typeof reason !== 'string' && typeof endedAt !== 'string') return { state: 'live' };
  const ended = typeof endedAt === 'string' ? new Date(endedAt) : null;
  return {
    state: 'ended',
    endReason: END_REASONS.get(reason) ?? 'vendor_ended',
    endedAt: ended && !Number.isNaN(ended.getTime()) ? ended : null,
    billed: billedOf(data),
  };
}

/**
 * The vendor writes credits as text; which type a duration has nobody promises. What cannot be is as if it
 * had said nothing.
 */
export function billedOf(data: JsonObject): Extract<VendorRecord, { state: 'ended' }>['billed'] {
  const seconds = amountOf(data['duration']);
  if (seconds === null) return null;
  return { seconds: Math.ceil(seconds), credits: amountOf(data['credits_consumed']) };
}

function amountOf(value: unknown): number | null {
  const amount = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  const isAmount = typeof amount === 'number' && amount >= 0 && amount <= MOST_BILLED;
  return isAmount ? amount : null;
}

export function toTranscriptPage(body: unknown): TranscriptPage {
  const data = dataOf(body);
  return {
    isLive: data['session_active'] === true,
    lines: toLines(objects(data, 'transcript_data')),
    next: timeOf(data['next_timestamp']),
  };
}

/** Names the vendor or its plugins may give the visitor; everybody else in a room is the avatar. */
const VISITOR_ROLES = /^(user|visitor|human|customer|client|guest)$/i;

/**
 * The lines of a page. Words are never lost for what stands beside them: a role that is new to us
 * is read as best it can be, a line without a time stands at the time of the line before it, and the
 * first of them at that of the line behind.
 * @throws AvatarError `vendor_garbled` for a page of which nothing can be read
 */
function toLines(entries: readonly JsonObject[]): VendorLine[] {
  const lines: VendorLine[] = [];
  let atMs = entries.map(lineTime).find((time) => time !== null) ?? null;
  for (const entry of entries) {
    atMs = lineTime(entry) ?? atMs;
    const words = wordsOf(entry['transcript'], entry['text']);
    // Without words there is nothing to keep, without any time nowhere to put it.
    if (words === null || atMs === null) continue;
    const isVisitor = VISITOR_ROLES.test(String(entry['role']));
    lines.push({ role: isVisitor ? 'user' : 'avatar', text: words, atMs });
  }
  if (lines.length === 0 && entries.length > 0) throw new AvatarError('vendor_garbled');
  return lines;
}

/** In milliseconds; of two members the one that has a time. */
function lineTime(entry: JsonObject): number | null {
  const time = timeOf(entry['absolute_timestamp']) ?? timeOf(entry['timestamp']);
  return time === null ? null : unixTimeToMs(time);
}

const DIGITS = /^\d+(?:\.\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/i;

/** A Unix time, also where it is written as text; a date as its seconds. */
function timeOf(value: unknown): number | null {
  if (typeof value !== 'string') return isUnixTime(value) ? value : null;
  const time = DATE.test(value) ? Date.parse(value) / 1000 : Number(DIGITS.exec(value)?.[0]);
  return isUnixTime(time) ? time : null;
}

/** Ids of one page of `GET /v1/sessions`, whose entries carry `id` and not `session_id`. */
export function toSessionIds(body: unknown): { ids: string[]; count: number } {
  const data = dataOf(body);
  const ids = objects(data, 'results').map((entry) => text(entry, 'id'));
  return { ids, count: number(data, 'count') };
}
