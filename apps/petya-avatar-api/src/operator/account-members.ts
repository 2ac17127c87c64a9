import type { Option, OptionKind } from './options.js';

/** Every member that an account is made with or changed by, under the admin API's own names. */
export const ACCOUNT_MEMBERS: readonly Option[] = [
  member('name', 'text', 'what the account is called'),
  member('language', 'text', 'the language the avatar speaks, such as en or de-CH'),
  member('allowedOrigins', 'list', 'sites that may use the key, such as https://shop.example.com'),
  member('sameVisitor', 'text', 'a visitor who begins anew: join, replace or refuse'),
  member('visitorProof', 'text', 'whether the key needs a visitor token: optional or required'),
  member('retentionDays', 'number', 'days until an idle conversation is removed; null keeps it'),
  member('suspended', 'flag', 'true closes the account with all of its keys'),
  member('limits.maxConcurrentSessions', 'number', 'live sessions at the same time'),
  member('limits.maxSessionSeconds', 'number', 'longest session in seconds'),
  member('limits.maxTranscriptTurns', 'number', 'turns kept of one session'),
  member('limits.maxSecondsPerDay', 'number', 'seconds of video in a day; null: no limit'),
  member('limits.maxSecondsPerMonth', 'number', 'seconds of video in a month; null: no limit'),
  member('limits.warnAtPercent', 'number', 'from which share of them on you are warned'),
  member('limits.timeZone', 'text', 'whose days and months, such as Europe/Berlin'),
  member('limits.maxSessionsPerVisitorPerHour', 'number', 'sessions a visitor starts in an hour'),
  member('limits.maxSessionsPerAddressPerHour', 'number', 'sessions an address starts in an hour'),
  member('avatar.enabled', 'flag', 'false: no session may begin'),
  member('avatar.avatarId', 'text', "the vendor's id of the avatar"),
  member('avatar.intro', 'text', 'what the avatar says first'),
  member('avatar.knowledgeBaseId', 'text', "the vendor's id of what the avatar knows"),
  member('avatar.voiceId', 'text', "the vendor's id of the voice"),
  member('avatar.sandbox', 'flag', "the vendor's free sandbox: its own avatar, a minute"),
  member('avatar.voiceAgentId', 'text', "the vendor's UUID of a voice agent"),
  member('avatar.variables', 'map', 'a value for ${NAME} in what the avatar knows'),
  member('avatar.visitorVariables', 'list', 'names that a page may give values for'),
  member('avatar.interactivity', 'text', 'conversational or push_to_talk'),
  member('avatar.voiceSettings', 'group', 'null takes all of them away'),
  member('avatar.voiceSettings.provider', 'text', 'whose voice it is: elevenLabs or fish'),
  member('avatar.voiceSettings.speed', 'number', '0.8 to 1.2'),
  member('avatar.voiceSettings.model', 'text', "a model of the provider's"),
  member('avatar.voiceSettings.stability', 'number', '0 to 1, elevenLabs only'),
  member('avatar.voiceSettings.similarityBoost', 'number', '0 to 1, elevenLabs only'),
  member('avatar.voiceSettings.style', 'number', '0 to 1, elevenLabs only'),
  member('avatar.voiceSettings.useSpeakerBoost', 'flag', 'elevenLabs only'),
  member('avatar.voiceSettings.latencyMode', 'text', 'normal or balanced, fish only'),
  member('avatar.videoQuality', 'text', 'low, medium, high or very_high'),
  member('avatar.sttConfig', 'group', 'null takes it away'),
  member('avatar.sttConfig.provider', 'text', 'deepgram, assembly_ai, gladia or elevenlabs'),
];

/** Every member that a key is made with. */
export const KEY_MEMBERS: readonly Option[] = [
  member('key', 'text', 'an existing SE_ key to import instead of a new one'),
  member('kind', 'text', "customer (for pages, as a rule) or secret (for the customer's server)"),
];

function member(name: string, kind: OptionKind, says: string): Option {
  return { name, kind, says };
}
