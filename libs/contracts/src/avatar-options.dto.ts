import { ApiProperty } from './description.js';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import { wordsOf } from './meanings.js';
import { MayBeAbsent, MayBeNull, UUID_PATTERN } from './validators.js';

/** When the avatar listens: always, or while the visitor holds a button. */
export const INTERACTIVITY_MEANINGS = {
  conversational: 'the avatar listens all the time',
  push_to_talk: 'the avatar listens while the visitor holds a button',
} as const;
export type Interactivity = keyof typeof INTERACTIVITY_MEANINGS;
export const INTERACTIVITIES = wordsOf(INTERACTIVITY_MEANINGS);

export const VIDEO_QUALITIES = ['low', 'medium', 'high', 'very_high'] as const;
export type VideoQuality = (typeof VIDEO_QUALITIES)[number];

/** Whose speech recognition hears the visitor. */
export const STT_PROVIDERS = ['deepgram', 'assembly_ai', 'gladia', 'elevenlabs'] as const;
export type SttProvider = (typeof STT_PROVIDERS)[number];

/** Whose voice it is that the settings are for. */
export const VOICE_PROVIDERS = ['elevenLabs', 'fish'] as const;
export type VoiceProvider = (typeof VOICE_PROVIDERS)[number];

export const VOICE_MODELS = {
  elevenLabs: ['eleven_flash_v2_5', 'eleven_multilingual_v2'],
  fish: ['s1', 's2'],
} as const satisfies Record<VoiceProvider, readonly string[]>;

/** The vendor's limits for the variables of one session. */
export const MAX_VARIABLES = 50;
const MAX_VARIABLE_CHARACTERS = 1000;

/** What stands between `${` and `}` in a context; the first character keeps it a plain member. */
const VARIABLE_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Texts by the names that a context has them under. */
export type Variables = Readonly<Record<string, string>>;

/** Whether a value is what a context's variables may be. */
export function areVariables(value: unknown): value is Variables {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_VARIABLES &&
    entries.every(
      ([name, text]) =>
        VARIABLE_NAME.test(name) &&
        typeof text === 'string' &&
        text.length <= MAX_VARIABLE_CHARACTERS,
    )
  );
}

/** A map of variables; its message tells the rules and repeats no name. */
export function AreVariables(): PropertyDecorator {
  return ValidateBy({
    name: 'areVariables',
    validator: {
      validate: areVariables,
      defaultMessage: () =>
        `must be an object of up to ${MAX_VARIABLES} texts of up to ${MAX_VARIABLE_CHARACTERS} characters, ` +
        'under names of up to 64 letters, digits and _ that begin with a letter',
    },
  });
}

/** The provider that is named beside a member, whatever it may be. */
function providerOf(args: ValidationArguments | undefined): unknown {
  return args && (args.object as Partial<VoiceSettingsDto>).provider;
}

/** The member is for one provider's voices only. */
function OnlyFor(provider: VoiceProvider): PropertyDecorator {
  return ValidateBy({
    name: 'onlyFor',
    constraints: [provider],
    validator: {
      validate: (_value, args) => providerOf(args) === provider,
      defaultMessage: () => `is for voices of ${provider} only`,
    },
  });
}

/** A model of the provider that is named beside it. */
function IsVoiceModel(): PropertyDecorator {
  const modelsOf = (provider: unknown): readonly string[] =>
    VOICE_PROVIDERS.includes(provider as VoiceProvider)
      ? VOICE_MODELS[provider as VoiceProvider]
      : [];
  return ValidateBy({
    name: 'isVoiceModel',
    validator: {
      validate: (value, args) => modelsOf(providerOf(args)).includes(value as string),
      defaultMessage: (args) => {
        const models = modelsOf(providerOf(args));
        return models.length > 0
          ? `must be one of: ${models.join(', ')}`
          : 'needs a provider beside it';
      },
    },
  });
}

/** A number within bounds, both included; every rule says the same. */
function IsWithin(min: number, max: number): PropertyDecorator {
  const options = { message: `must be a number from ${min} to ${max}` };
  const rules = [IsNumber({}, options), Min(min, options), Max(max, options)];
  return (target, property) => {
    for (const rule of rules) rule(target, property);
  };
}

/** How the avatar's voice speaks, in the terms of whoever makes it. */
export class VoiceSettingsDto {
  @ApiProperty({ enum: VOICE_PROVIDERS, description: 'Who makes the voice.' })
  @IsIn(VOICE_PROVIDERS)
  provider!: VoiceProvider;

  @ApiProperty({
    required: false,
    minimum: 0.8,
    maximum: 1.2,
    description: "How fast it speaks; 1 is the voice's own speed.",
  })
  @MayBeAbsent()
  @IsWithin(0.8, 1.2)
  speed?: number;

  @ApiProperty({
    required: false,
    enum: [...VOICE_MODELS.elevenLabs, ...VOICE_MODELS.fish],
    description: 'A model of the provider that is named beside it.',
  })
  @MayBeAbsent()
  @IsVoiceModel()
  model?: string;

  @ApiProperty({
    required: false,
    description: 'How even the voice stays. elevenLabs only.',
    minimum: 0,
    maximum: 1,
  })
  @MayBeAbsent()
  @OnlyFor('elevenLabs')
  @IsWithin(0, 1)
  stability?: number;

  @ApiProperty({
    required: false,
    description: 'How near it keeps to the original voice. elevenLabs only.',
    minimum: 0,
    maximum: 1,
  })
  @MayBeAbsent()
  @OnlyFor('elevenLabs')
  @IsWithin(0, 1)
  similarityBoost?: number;

  @ApiProperty({
    required: false,
    description: 'How much of its style is laid on. elevenLabs only.',
    minimum: 0,
    maximum: 1,
  })
  @MayBeAbsent()
  @OnlyFor('elevenLabs')
  @IsWithin(0, 1)
  style?: number;

  @ApiProperty({ required: false, description: 'Whether it is made clearer. elevenLabs only.' })
  @MayBeAbsent()
  @OnlyFor('elevenLabs')
  @IsBoolean()
  useSpeakerBoost?: boolean;

  @ApiProperty({
    required: false,
    description: 'Whether it answers as usual or sooner. fish only.',
    enum: ['normal', 'balanced'],
  })
  @MayBeAbsent()
  @OnlyFor('fish')
  @IsIn(['normal', 'balanced'])
  latencyMode?: 'normal' | 'balanced';
}

/** Whose speech recognition is used. */
export class SttConfigDto {
  @ApiProperty({ enum: STT_PROVIDERS, description: 'Who turns what the visitor says into text.' })
  @IsIn(STT_PROVIDERS)
  provider!: SttProvider;
}

/**
 * What the vendor is told when a session is opened, beside the avatar and its words. It is the
 * account's alone: of a visitor's browser only `visitorVariables` are taken. Null takes a value away,
 * so that the vendor's own default stands.
 */
export class AvatarOptionsDto {
  @ApiProperty({
    required: false,
    nullable: true,
    type: Boolean,
    description: "The vendor's sandbox: free, its own avatar, a minute at most.",
  })
  @MayBeNull()
  @IsBoolean()
  sandbox?: boolean | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    format: 'uuid',
    description:
      'A voice agent that is stored at the vendor, of type liveavatar_agent. It takes the place of voiceId, knowledgeBaseId, voiceSettings, sttConfig and language.',
  })
  @MayBeNull()
  @Matches(UUID_PATTERN, { message: 'must be a UUID' })
  voiceAgentId?: string | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: Object,
    additionalProperties: { type: 'string', maxLength: MAX_VARIABLE_CHARACTERS },
    example: { shop: 'Blumenhaus' },
    description: 'Values for ${name} in the context, for every session.',
  })
  @MayBeNull()
  @AreVariables()
  variables?: Variables | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: [String],
    example: ['page'],
    description: 'Names that a token request may give values for; they go before `variables`.',
  })
  @MayBeNull()
  @Matches(VARIABLE_NAME, {
    each: true,
    message: 'must be names of letters, digits and _ that begin with a letter',
  })
  @ArrayUnique()
  @ArrayMaxSize(MAX_VARIABLES)
  @IsArray()
  visitorVariables?: readonly string[] | null;

  @ApiProperty({
    required: false,
    nullable: true,
    enum: INTERACTIVITIES,
    description: 'When the avatar listens.',
  })
  @MayBeNull()
  @IsIn(INTERACTIVITIES)
  interactivity?: Interactivity | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: VoiceSettingsDto,
    description: 'How the voice speaks.',
  })
  @MayBeNull()
  @Type(() => VoiceSettingsDto)
  @ValidateNested()
  @IsObject()
  voiceSettings?: VoiceSettingsDto | null;

  @ApiProperty({
    required: false,
    nullable: true,
    enum: VIDEO_QUALITIES,
    description: 'The quality of the video.',
  })
  @MayBeNull()
  @IsIn(VIDEO_QUALITIES)
  videoQuality?: VideoQuality | null;

  @ApiProperty({
    required: false,
    nullable: true,
    type: SttConfigDto,
    description: 'Whose speech recognition hears the visitor.',
  })
  @MayBeNull()
  @Type(() => SttConfigDto)
  @ValidateNested()
  @IsObject()
  sttConfig?: SttConfigDto | null;
}

/** Every option by its name. */
export const AVATAR_OPTIONS = [
  'sandbox',
  'voiceAgentId',
  'variables',
  'visitorVariables',
  'interactivity',
  'voiceSettings',
  'videoQuality',
  'sttConfig',
] as const satisfies (keyof AvatarOptionsDto)[];

/** The options that are set; those that are null or missing are not in it. */
export type AvatarOptions = {
  readonly [Name in keyof AvatarOptionsDto]?: NonNullable<AvatarOptionsDto[Name]>;
};

/** The options of whatever holds them under their names. */
export function avatarOptionsOf(from: AvatarOptionsDto): AvatarOptions {
  const set = AVATAR_OPTIONS.filter((name) => (from[name] ?? null) !== null);
  return Object.fromEntries(set.map((name) => [name, from[name]]));
}
