import type { InputProblem } from './envelope.js';
import { MemberChecks, isJsonObject, type JsonObject } from './validation.js';

/** What the simulator keeps of a valid token request; unknown members are ignored. */
export interface TokenRequest {
  mode: 'FULL' | 'LITE';
  avatarId: string;
  isSandbox: boolean;
  maxSessionSeconds: number | null;
  interactivityType: string;
  voiceId: string | null;
  contextId: string | null;
  /** The voice agent that speaks instead of a persona. */
  voiceAgentId: string | null;
  variables: Readonly<Record<string, string>>;
  llmConfigurationId: string | null;
}

const STT_PROVIDERS = ['deepgram', 'assembly_ai', 'gladia', 'elevenlabs'];

function checkPersona(persona: MemberChecks): void {
  persona.uuid('voice_id');
  persona.uuid('context_id');
  persona.text('language');
  persona.object('voice_settings', (voice) => voice.oneOf('provider', ['elevenLabs', 'fish']));
  persona.object('stt_config', (stt) => stt.oneOf('provider', STT_PROVIDERS));
}

function checkVariables(checks: MemberChecks, variables: JsonObject): void {
  const entries = Object.entries(variables);
  const tooLong = entries.some(([key, value]) => key.length > 64 || String(value).length > 1000);
  if (entries.length <= 50 && !tooLong) return;
  checks.problems.push({
    loc: ['body', 'dynamic_variables'],
    msg: 'Value error, at most 50 entries, keys of 64 and values of 1000 characters',
    type: 'value_error',
  });
}

function checkSpeaker(body: JsonObject): InputProblem[] {
  if (body['mode'] === 'LITE') return [];
  const given = ['avatar_persona', 'voice_agent'].filter((name) => (body[name] ?? null) !== null);
  if (given.length === 1) return [];
  const msg = 'Value error, exactly one of avatar_persona or voice_agent must be provided';
  return [{ loc: ['body'], msg, type: 'value_error' }];
}

function problemsOf(body: JsonObject): InputProblem[] {
  const checks = new MemberChecks(body);
  checks.oneOf('mode', ['FULL', 'LITE']);
  checks.uuid('avatar_id', true);
  checks.flag('is_sandbox');
  checks.integer('max_session_duration', 1);
  checks.oneOf('interactivity_type', ['CONVERSATIONAL', 'PUSH_TO_TALK']);
  checks.uuid('llm_configuration_id');
  checks.object('video_settings', (video) => {
    video.oneOf('quality', ['very_high', 'high', 'medium', 'low']);
    video.oneOf('encoding', ['H264', 'VP8']);
  });
  checks.object('dynamic_variables', checkVariables);
  if (body['mode'] !== 'LITE') {
    checks.object('avatar_persona', checkPersona);
    checks.object('voice_agent', (agent) => {
      agent.uuid('id', true);
      agent.object('dynamic_variables', checkVariables);
    });
  }
  return [...checks.problems, ...checkSpeaker(body)];
}

function stringOr<T>(value: unknown, fallback: T): string | T {
  return typeof value === 'string' ? value : fallback;
}

/** Reads a token request (reference 2.4), or lists everything that is wrong with it. */
export function readTokenRequest(
  body: unknown,
): { request: TokenRequest } | { problems: InputProblem[] } {
  if (!isJsonObject(body)) {
    const missing = body === undefined;
    const msg = missing ? 'Field required' : 'Input should be a valid dictionary or object';
    return {
      problems: [{ loc: ['body'], msg, type: missing ? 'missing' : 'model_attributes_type' }],
    };
  }
  const problems = problemsOf(body);
  if (problems.length > 0) return { problems };
  const persona = isJsonObject(body['avatar_persona']) ? body['avatar_persona'] : {};
  const agent = isJsonObject(body['voice_agent']) ? body['voice_agent'] : {};
  const variables = agent['dynamic_variables'] ?? body['dynamic_variables'];
  const duration = body['max_session_duration'];
  const request: TokenRequest = {
    mode: body['mode'] === 'LITE' ? 'LITE' : 'FULL',
    avatarId: String(body['avatar_id']),
    isSandbox: body['is_sandbox'] === true,
    maxSessionSeconds: typeof duration === 'number' ? duration : null,
    interactivityType: stringOr(body['interactivity_type'], 'CONVERSATIONAL'),
    voiceId: stringOr(persona['voice_id'], null),
    contextId: stringOr(persona['context_id'], null),
    voiceAgentId: stringOr(agent['id'], null),
    variables: isJsonObject(variables) ? (variables as Record<string, string>) : {},
    llmConfigurationId: stringOr(body['llm_configuration_id'], null),
  };
  return { request };
}
