/** What can be turned on the simulator; every member is changed with PATCH /_control/settings. */
export interface SimulatorSettings {
  /** First line the avatar speaks when a session starts; null for none. */
  greeting: string | null;
  persona: 'echo-shop' | 'silent' | 'scripted';
  /** Answers of the scripted persona, one per user line, silent after the last. */
  personaScript: string[];
  /** From the end of a user's line to the avatar's answer. */
  answerDelayMs: number;
  /** A session whose token names no context hears nothing (reference 1.1, "missing context_id"). */
  muteWithoutContext: boolean;
  concurrencyLimit: number;
  /** How long an ended session still holds its slot (checklist 6.2 item 5). */
  slotFreedAfterSeconds: number;
  /** The plan's cap on `max_session_duration`, and the duration when none is asked for. */
  planMaxSessionSeconds: number;
  idleSeconds: number;
  zombieSeconds: number;
  /** False: nobody ever joins the room, so started sessions are reaped after `zombieSeconds`. */
  visitorJoins: boolean;
  /** How long a session token is accepted, on every route; the vendor publishes no number. */
  tokenLifetimeSeconds: number;
  /** The account's credits now; spending lowers it. */
  credits: number;
  creditsPerMinuteFull: number;
  creditsPerMinuteLite: number;
  /** Requests per caller, route and second; 0 turns the limit and its headers off. */
  rateLimitPerSecond: number;
  /** Sessions of others with the same key that end before each further page of a list. */
  othersEndedPerPage: number;
  /** From a line's end until the transcript route shows it. */
  transcriptDelayMs: number;
  transcriptPageSize: number;
  /** True: a page may end in the middle of a second, so that the next page repeats lines; a
   * second with more lines than a page holds can then not be passed. */
  transcriptSplitsSeconds: boolean;
  /** `next_timestamp` once the session is over and everything was read. */
  transcriptCursorAtEnd: 'null' | 'last-line';
  timestampUnit: 'seconds' | 'milliseconds' | 'fractional-seconds';
  /** How refused input looks: FastAPI's 422 `detail`, or 400 with `data: [{message}]`. */
  validationShape: 'detail' | 'message-list';
  /** LLM configurations that exist; any other id is refused at start (reference 2.12). */
  llmConfigurationIds: string[];
  /** Voice agents whose sessions are LITE ones whatever the token asks for. */
  liteVoiceAgentIds: string[];
  /** Variables that every context wants. */
  requiredVariables: string[];
  /** What a visitor is heard to have said when it lets go of push to talk. */
  pushToTalkWords: string;
  livekitUrl: string;
  /** Every HeyGen call is answered `endpoint_sunset` (reference 4.1). */
  heygenSunset: boolean;
  /** HeyGen's key, where it is not the same as LiveAvatar's. */
  heygenApiKey: string;
  heygenConcurrencyLimit: number;
  heygenIdleSeconds: number;
  /** `session_duration_limit`. */
  heygenMaxSeconds: number;
  /** How long an ended session is still listed (reference 4.6). */
  heygenListLagSeconds: number;
  /** Avatars that `streaming.new` refuses. */
  heygenUnknownAvatars: string[];
  /** What the chat socket does with what it gets; `refuse` and `hang` are about its handshake. */
  heygenSocket: 'persona' | 'echo' | 'refuse' | 'hang';
}

/** The settings of a fresh simulator: a generous paid plan, a talkative avatar, no delay. */
export function defaultSettings(): SimulatorSettings {
  return {
    greeting: null,
    persona: 'echo-shop',
    personaScript: [],
    answerDelayMs: 0,
    muteWithoutContext: true,
    concurrencyLimit: 100,
    slotFreedAfterSeconds: 0,
    planMaxSessionSeconds: 1200,
    idleSeconds: 300,
    zombieSeconds: 200,
    visitorJoins: true,
    tokenLifetimeSeconds: 3600,
    credits: 1_000_000,
    creditsPerMinuteFull: 2,
    creditsPerMinuteLite: 1,
    rateLimitPerSecond: 0,
    othersEndedPerPage: 0,
    transcriptDelayMs: 0,
    transcriptPageSize: 50,
    transcriptSplitsSeconds: false,
    transcriptCursorAtEnd: 'null',
    timestampUnit: 'seconds',
    validationShape: 'detail',
    llmConfigurationIds: [],
    liteVoiceAgentIds: [],
    requiredVariables: [],
    pushToTalkWords: 'What are your opening hours?',
    livekitUrl: 'wss://avatar-media.localhost',
    heygenSunset: false,
    heygenApiKey: '',
    heygenConcurrencyLimit: 100,
    heygenIdleSeconds: 120,
    heygenMaxSeconds: 600,
    heygenListLagSeconds: 0,
    heygenUnknownAvatars: [],
    heygenSocket: 'persona',
  };
}

const CHOICES: Partial<Record<keyof SimulatorSettings, readonly string[]>> = {
  persona: ['echo-shop', 'silent', 'scripted'],
  transcriptCursorAtEnd: ['null', 'last-line'],
  timestampUnit: ['seconds', 'milliseconds', 'fractional-seconds'],
  validationShape: ['detail', 'message-list'],
  heygenSocket: ['persona', 'echo', 'refuse', 'hang'],
};

/** Says what is wrong with one setting's new value, or null when it may be set. */
function complaint(name: keyof SimulatorSettings, value: unknown): string | null {
  if (name === 'greeting')
    return value === null || typeof value === 'string' ? null : 'a string or null';
  const choices = CHOICES[name];
  if (choices)
    return typeof value === 'string' && choices.includes(value) ? null : choices.join(' | ');
  const example = defaultSettings()[name];
  if (Array.isArray(example)) {
    const fine = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return fine ? null : 'a list of strings';
  }
  if (typeof example === 'number') {
    return typeof value === 'number' && Number.isFinite(value) && value >= 0
      ? null
      : 'a number of at least 0';
  }
  return typeof value === typeof example ? null : `a ${typeof example}`;
}

/**
 * Applies a patch in place. Throws a TypeError, with nothing changed, when a name is unknown or a
 * value does not fit.
 */
export function patchSettings(settings: SimulatorSettings, patch: unknown): void {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw new TypeError('settings must be an object');
  }
  for (const [name, value] of Object.entries(patch)) {
    if (!Object.hasOwn(settings, name)) throw new TypeError(`no such setting: ${name}`);
    const wanted = complaint(name as keyof SimulatorSettings, value);
    if (wanted !== null) throw new TypeError(`${name} must be ${wanted}`);
  }
  Object.assign(settings, patch);
}
