import type {
  AccountWarning,
  Interactivity,
  SameVisitorPolicy,
  SttProvider,
  VideoQuality,
  VisitorProof,
  VoiceProvider,
} from '#contracts';
import {
  type Codec,
  LINES,
  LINES_OR_NONE,
  MINUTES_OR_NONE,
  NUMBER_OR_NONE,
  PAIRS_OR_NONE,
  TEXT,
  TEXT_OR_NONE,
  WORD_OR_NONE,
  YES_NO,
  YES_NO_OR_NONE,
} from './codec.js';

type Choices = readonly (readonly [word: string, label: string])[];

/** One member of an account as a field. */
export interface FieldSpec {
  /** Where it stands in the account and in a change of it, as a JSON Pointer. */
  readonly pointer: string;
  readonly label: string;
  readonly hint?: string;
  readonly codec: Codec;
  readonly kind?: 'text' | 'area' | 'number' | 'minutes' | 'choice' | 'zone';
  readonly choices?: Choices;
}

export interface FieldGroup {
  readonly title: string;
  /** Seldom changed: it is opened first. */
  readonly isRare?: true;
  readonly fields: readonly FieldSpec[];
}

/** Members that are replaced as a whole: a change of one member sends the others along. */
export const WHOLE: readonly string[] = ['/avatar/voiceSettings', '/avatar/sttConfig'];

const choicesOf = <Word extends string>(words: Readonly<Record<Word, string>>): Choices =>
  Object.entries<string>(words);

const orDefault = (label: string, choices: Choices): Choices => [['', label], ...choices];

const QUALITIES: Readonly<Record<VideoQuality, string>> = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  very_high: 'very high',
};

const LISTENING: Readonly<Record<Interactivity, string>> = {
  conversational: 'all the time',
  push_to_talk: 'while the visitor holds a button',
};

const VOICES: Readonly<Record<VoiceProvider, string>> = { elevenLabs: 'elevenLabs', fish: 'fish' };

const HEARING: Readonly<Record<SttProvider, string>> = {
  deepgram: 'deepgram',
  assembly_ai: 'assembly_ai',
  gladia: 'gladia',
  elevenlabs: 'elevenlabs',
};

const SAME_VISITOR: Readonly<Record<SameVisitorPolicy, string>> = {
  replace: 'ends the session that runs, and begins anew',
  join: 'goes on with it, where the visitor is proved',
  refuse: 'is refused while it runs',
};

const PROOF: Readonly<Record<VisitorProof, string>> = {
  optional: 'only where a visitor has one',
  required: 'always',
};

const YES_OR_NO: Choices = [
  ['yes', 'yes'],
  ['no', 'no'],
];

const VENDORS_OWN = "the vendor's default";

/** What an operator sets of an account, but whether it is suspended, which is an order of its own. */
export const GROUPS: readonly FieldGroup[] = [
  {
    title: 'Account',
    fields: [
      { pointer: '/name', label: 'Name', codec: TEXT },
      {
        pointer: '/allowedOrigins',
        label: 'Allowed origins',
        hint: 'The sites that may use the key of the page, one a line: https://shop.example.com, or https://*.example.com. In production none means no site at all.',
        kind: 'area',
        codec: LINES,
      },
      { pointer: '/language', label: 'Language', hint: 'Such as en or de-CH.', codec: TEXT },
    ],
  },
  {
    title: 'Avatar',
    fields: [
      {
        pointer: '/avatar/enabled',
        label: 'Sessions may begin',
        kind: 'choice',
        choices: YES_OR_NO,
        codec: YES_NO,
      },
      {
        pointer: '/avatar/avatarId',
        label: 'Avatar',
        hint: "The vendor's id, for LiveAvatar a UUID. Empty: the default.",
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/avatar/knowledgeBaseId',
        label: 'Context',
        hint: "The vendor's id of what it answers from. Empty: none, and the avatar stays silent.",
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/avatar/voiceId',
        label: 'Voice',
        hint: "The vendor's id. Empty: the avatar's own.",
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/avatar/intro',
        label: 'Greeting',
        hint: 'Up to 2,000 bytes. Empty: the default.',
        kind: 'area',
        codec: TEXT_OR_NONE,
      },
      {
        pointer: '/avatar/videoQuality',
        label: 'Video quality',
        kind: 'choice',
        choices: orDefault(VENDORS_OWN, choicesOf(QUALITIES)),
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/avatar/interactivity',
        label: 'The avatar listens',
        kind: 'choice',
        choices: orDefault(VENDORS_OWN, choicesOf(LISTENING)),
        codec: WORD_OR_NONE,
      },
    ],
  },
  {
    title: 'Minutes and limits',
    fields: [
      {
        pointer: '/limits/maxSecondsPerDay',
        label: 'Minutes a day',
        hint: 'Of all sessions together. Empty: no limit.',
        kind: 'minutes',
        codec: MINUTES_OR_NONE,
      },
      {
        pointer: '/limits/maxSecondsPerMonth',
        label: 'Minutes a month',
        hint: 'Of all sessions together. Empty: no limit.',
        kind: 'minutes',
        codec: MINUTES_OR_NONE,
      },
      {
        pointer: '/limits/warnAtPercent',
        label: 'Warn at percent of either',
        hint: 'Empty: 80.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      {
        pointer: '/limits/timeZone',
        label: 'Time zone of its days and months',
        hint: 'Such as Europe/Berlin. Empty: UTC.',
        kind: 'zone',
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/limits/maxSessionSeconds',
        label: 'Longest session, in minutes',
        hint: 'Empty: 20.',
        kind: 'minutes',
        codec: MINUTES_OR_NONE,
      },
      {
        pointer: '/limits/maxConcurrentSessions',
        label: 'Sessions at the same time',
        hint: 'Empty: 5.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      {
        pointer: '/limits/maxSessionsPerVisitorPerHour',
        label: 'Sessions an hour of one visitor',
        hint: 'Empty: no limit.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      {
        pointer: '/limits/maxSessionsPerAddressPerHour',
        label: 'Sessions an hour from one address',
        hint: 'Empty: no limit.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      {
        pointer: '/limits/maxTranscriptTurns',
        label: 'Turns kept of a session',
        hint: 'Empty: 5,000.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
    ],
  },
  {
    title: 'Visitors',
    fields: [
      {
        pointer: '/sameVisitor',
        label: 'A visitor who begins while a session of theirs runs',
        kind: 'choice',
        choices: choicesOf(SAME_VISITOR),
        codec: TEXT,
      },
      {
        pointer: '/visitorProof',
        label: 'The key of the page needs a visitor token',
        kind: 'choice',
        choices: choicesOf(PROOF),
        codec: TEXT,
      },
      {
        pointer: '/retentionDays',
        label: 'Days until a conversation is removed',
        hint: 'After the last that was said. Empty: it is kept.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
    ],
  },
  {
    title: 'More of the avatar',
    isRare: true,
    fields: [
      {
        pointer: '/avatar/sandbox',
        label: 'Sandbox',
        hint: 'Free, with an avatar of its own, a minute at most.',
        kind: 'choice',
        choices: orDefault(VENDORS_OWN, YES_OR_NO),
        codec: YES_NO_OR_NONE,
      },
      {
        pointer: '/avatar/voiceAgentId',
        label: 'Voice agent',
        hint: 'Its UUID. It takes the place of voice, context, their settings, and language.',
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/avatar/variables',
        label: 'Variables',
        hint: 'Values for ${name} in the context, one a line: name = value.',
        kind: 'area',
        codec: PAIRS_OR_NONE,
      },
      {
        pointer: '/avatar/visitorVariables',
        label: 'Variables that a page may set',
        hint: 'Names, one a line.',
        kind: 'area',
        codec: LINES_OR_NONE,
      },
      {
        pointer: '/avatar/voiceSettings/provider',
        label: 'Whose voice the settings below are for',
        hint: 'They need it.',
        kind: 'choice',
        choices: orDefault('none', choicesOf(VOICES)),
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/avatar/voiceSettings/speed',
        label: 'Voice: speed',
        hint: '0.8 to 1.2.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      { pointer: '/avatar/voiceSettings/model', label: 'Voice: model', codec: WORD_OR_NONE },
      {
        pointer: '/avatar/voiceSettings/stability',
        label: 'Voice: stability',
        hint: '0 to 1, elevenLabs only.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      {
        pointer: '/avatar/voiceSettings/similarityBoost',
        label: 'Voice: similarity',
        hint: '0 to 1, elevenLabs only.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      {
        pointer: '/avatar/voiceSettings/style',
        label: 'Voice: style',
        hint: '0 to 1, elevenLabs only.',
        kind: 'number',
        codec: NUMBER_OR_NONE,
      },
      {
        pointer: '/avatar/voiceSettings/useSpeakerBoost',
        label: 'Voice: made clearer',
        hint: 'elevenLabs only.',
        kind: 'choice',
        choices: orDefault('default', YES_OR_NO),
        codec: YES_NO_OR_NONE,
      },
      {
        pointer: '/avatar/voiceSettings/latencyMode',
        label: 'Voice: answers',
        hint: 'fish only.',
        kind: 'choice',
        choices: orDefault('default', [
          ['normal', 'as usual'],
          ['balanced', 'sooner'],
        ]),
        codec: WORD_OR_NONE,
      },
      {
        pointer: '/avatar/sttConfig/provider',
        label: 'Who hears the visitor',
        kind: 'choice',
        choices: orDefault(VENDORS_OWN, choicesOf(HEARING)),
        codec: WORD_OR_NONE,
      },
    ],
  },
];

export const FIELDS: readonly FieldSpec[] = GROUPS.flatMap(({ fields }) => fields);

/** What does not work as an account is set, in words of this page. */
export const WARNINGS: Readonly<Record<AccountWarning, string>> = {
  no_context:
    'The avatar has nothing to answer with and stays silent: set its context, or a voice agent.',
  avatar_no_uuid:
    'The avatar is no UUID, by which LiveAvatar knows its avatars: another one stands in its place, or every session is refused.',
  sandbox: "Every session is one of the vendor's sandbox: free, and over after a minute.",
};
