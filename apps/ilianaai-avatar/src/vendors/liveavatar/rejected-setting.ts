import { isObject } from '../vendor-answers.js';

/** The account's settings by the vendor's names for them, the longer names first. */
const SETTINGS: readonly (readonly [member: string, setting: string])[] = [
  ['max_session_duration', 'limits.maxSessionSeconds'],
  ['interactivity_type', 'avatar.interactivity'],
  ['required_dynamic_variables', 'avatar.variables'],
  ['dynamic_variables', 'avatar.variables'],
  ['voice_settings', 'avatar.voiceSettings'],
  ['video_settings', 'avatar.videoQuality'],
  ['voice_agent', 'avatar.voiceAgentId'],
  ['stt_config', 'avatar.sttConfig'],
  ['context_id', 'avatar.knowledgeBaseId'],
  ['avatar_id', 'avatarId'],
  ['voice_id', 'avatar.voiceId'],
  ['language', 'language'],
];

/**
 * The setting that a refused token request was refused for; null where the answer names none. The
 * vendor answers either `{detail: [{loc}]}` or texts that name a member.
 */
export function rejectedSetting(body: unknown): string | null {
  const texts = textsOf(body);
  const named = SETTINGS.find(([member]) => texts.some((text) => names(text, member)));
  return named?.[1] ?? null;
}

function names(text: string, member: string): boolean {
  return new RegExp(`(^|[^a-z_])${member}($|[^a-z_])`, 'i').test(text);
}

function textsOf(body: unknown): string[] {
  if (!isObject(body)) return [];
  const { detail, data, message, error } = body;
  if (Array.isArray(detail)) {
    return detail.flatMap((entry) => {
      const loc: unknown = isObject(entry) ? entry['loc'] : undefined;
      return Array.isArray(loc) ? [loc.map(String).join(' ')] : [];
    });
  }
  const listed = Array.isArray(data)
    ? data.map((entry: unknown) => (isObject(entry) ? entry['message'] : undefined))
    : [];
  return [...listed, message, error, detail].filter((text) => typeof text === 'string');
}
