import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AvatarSettingsDto } from '#contracts';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, visit } from './visit.js';
import { AVATAR_ID, CONTEXT_ID, startWorld, VOICE_ID, type World } from './world.js';

/*
 * An account's options, from the operator's PATCH through Petya to the vendor's token call, which the
 * simulator judges as strictly as the vendor does.
 */
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.vendor.set({ liteVoiceAgentIds: [], requiredVariables: [] }));
afterAll(() => world.stop());

const SANDBOX_AVATAR = 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a';
const AGENT_ID = '3f0a6c1e-7b52-4d0c-9c2e-2f5d7a1f9b77';
const PLAIN = { avatarId: AVATAR_ID, voiceId: VOICE_ID, knowledgeBaseId: CONTEXT_ID };
const PERSONA = { voice_id: VOICE_ID, context_id: CONTEXT_ID, language: 'en' };

const account = (options: AvatarSettingsDto) =>
  world.customer({ avatar: { ...PLAIN, ...options } });

async function bodyOf(sessionId: string): Promise<Record<string, unknown>> {
  const { requests } = await world.vendor.ledger(`?session=${sessionId}&route=token`);
  return requests[0]?.body as Record<string, unknown>;
}

describe("an account's option reaches the vendor", () => {
  it.each<[string, AvatarSettingsDto, object]>([
    ['none', {}, { avatar_persona: PERSONA, max_session_duration: 1200 }],
    ['sandbox off', { sandbox: false }, { avatar_persona: PERSONA, max_session_duration: 1200 }],
    [
      'sandbox',
      { sandbox: true },
      {
        avatar_id: SANDBOX_AVATAR,
        is_sandbox: true,
        max_session_duration: 60,
        avatar_persona: { context_id: CONTEXT_ID, language: 'en' },
      },
    ],
    [
      'voiceAgentId',
      { voiceAgentId: AGENT_ID, sttConfig: { provider: 'gladia' } },
      { voice_agent: { id: AGENT_ID } },
    ],
    [
      'voiceAgentId with variables',
      { voiceAgentId: AGENT_ID, variables: { shop: 'Blumenhaus' } },
      { voice_agent: { id: AGENT_ID, dynamic_variables: { shop: 'Blumenhaus' } } },
    ],
    [
      'variables',
      { variables: { shop: 'Blumenhaus' } },
      { avatar_persona: PERSONA, dynamic_variables: { shop: 'Blumenhaus' } },
    ],
    [
      'interactivity',
      { interactivity: 'push_to_talk' },
      { avatar_persona: PERSONA, interactivity_type: 'PUSH_TO_TALK' },
    ],
    [
      'videoQuality',
      { videoQuality: 'low' },
      { avatar_persona: PERSONA, video_settings: { quality: 'low' } },
    ],
    [
      'sttConfig',
      { sttConfig: { provider: 'deepgram' } },
      { avatar_persona: { ...PERSONA, stt_config: { provider: 'deepgram' } } },
    ],
    [
      'voiceSettings of elevenLabs',
      {
        voiceSettings: {
          provider: 'elevenLabs',
          speed: 0.9,
          stability: 0.5,
          similarityBoost: 0.6,
          style: 0.1,
          useSpeakerBoost: false,
          model: 'eleven_flash_v2_5',
        },
      },
      {
        avatar_persona: {
          ...PERSONA,
          voice_settings: {
            provider: 'elevenLabs',
            speed: 0.9,
            stability: 0.5,
            similarity_boost: 0.6,
            style: 0.1,
            use_speaker_boost: false,
            model: 'eleven_flash_v2_5',
          },
        },
      },
    ],
    [
      'voiceSettings of fish',
      { voiceSettings: { provider: 'fish', model: 's2', latencyMode: 'balanced' } },
      {
        avatar_persona: {
          ...PERSONA,
          voice_settings: { provider: 'fish', model: 's2', latency_mode: 'balanced' },
        },
      },
    ],
  ])('%s', async (_name, options, expected) => {
    const { sessionId } = await visit(world.avatar, await account(options));
    expect(await bodyOf(sessionId)).toEqual({
      mode: 'FULL',
      avatar_id: AVATAR_ID,
      max_session_duration: 1200,
      ...expected,
    });
  });

  it('is taken away again, so that the default stands', async () => {
    const owner = await account({ sandbox: true, videoQuality: 'low' });
    const path = `/accounts/${owner.accountId}`;
    await world.petya.admin('PATCH', path, { avatar: { sandbox: null } });
    const { sessionId } = await visit(world.avatar, owner);
    await expect(bodyOf(sessionId)).resolves.toEqual({
      mode: 'FULL',
      avatar_id: AVATAR_ID,
      max_session_duration: 1200,
      avatar_persona: PERSONA,
      video_settings: { quality: 'low' },
    });
  });

  it('is told where a session is not what it seems', async () => {
    const answer = await askToken(world.avatar, await account({ sandbox: true }));
    expect(answer.body.data.warnings).toEqual(['sandbox']);
    const speaks = await account({ voiceAgentId: AGENT_ID, knowledgeBaseId: null });
    expect((await askToken(world.avatar, speaks)).body.data.warnings).toBeUndefined();
  });
});

describe('a sandbox for all', () => {
  it('costs nothing and ends within the minute', async () => {
    const app = await world.another({ environment: { LIVEAVATAR_SANDBOX: 'true' } });
    const opened = await visit(app, await account({}));
    const body = await bodyOf(opened.sessionId);
    expect(body).toMatchObject({ is_sandbox: true, avatar_id: SANDBOX_AVATAR });
    const started = await opened.start();
    expect(started.body.data.max_session_duration).toBe(60);
    await app.stop();
  });
});

describe("a page's variables", () => {
  const options = { variables: { shop: 'Blumenhaus', page: 'home' }, visitorVariables: ['page'] };

  it('go before the account’s own of the same name', async () => {
    const json = { variables: { page: 'Oak tables' } };
    const { sessionId } = await visit(world.avatar, await account(options), json);
    expect((await bodyOf(sessionId))['dynamic_variables']).toEqual({
      shop: 'Blumenhaus',
      page: 'Oak tables',
    });
  });

  it('are in no record of ours', async () => {
    const json = { variables: { page: 'a page of one visitor' } };
    const { sessionId } = await visit(world.avatar, await account(options), json);
    const record = await world.avatar.connection
      .collection('sessions')
      .findOne({ vendorSessionId: sessionId });
    expect(JSON.stringify(record)).not.toContain('a page of one visitor');
  });

  it.each<[string, AvatarSettingsDto, unknown, string]>([
    ['that are not allowed', options, { shop: 'Another' }, 'page'],
    ['where none are allowed', {}, { page: 'x' }, 'takes none'],
    ['that are no texts', options, { page: 7 }, 'texts'],
    ['that are too long', options, { page: 'x'.repeat(1001) }, '1000'],
    ['with a bad name', options, { 'a.b': 'x' }, 'letters'],
    ['that are a list', options, ['page'], 'texts'],
  ])('are refused %s, before the vendor is asked', async (_what, settings, variables, told) => {
    const owner = await account(settings);
    const before = (await world.vendor.summary()).byRoute['token'];
    const answer = await askToken(world.avatar, owner, { variables });
    expectProblem(answer, 422, 'invalid_input');
    expect(answer.text).toContain('"/variables"');
    expect(answer.text).toContain(told);
    expect((await world.vendor.summary()).byRoute['token']).toBe(before);
  });

  it('tell two requests with one idempotency key apart', async () => {
    const owner = await account(options);
    const ask = (page: string) =>
      askToken(world.avatar, owner, { variables: { page } }, { 'idempotency-key': 'reload-1' });
    const first = await ask('one');
    expect((await ask('one')).body.data.session_id).toBe(first.body.data.session_id);
    expectProblem(await ask('two'), 422, 'idempotency_mismatch');
  });
});

describe('a setting that the vendor refuses', () => {
  it('is named: a variable that the context wants', async () => {
    await world.vendor.set({ requiredVariables: ['name'] });
    const answer = await askToken(world.avatar, await account({ variables: { shop: 'x' } }));
    expectProblem(answer, 502, 'setting_rejected');
    expect(answer.text).toContain('avatar.variables');
  });

  it.each(['voiceId', 'knowledgeBaseId'] as const)('is named: %s', async (name) => {
    const answer = await askToken(world.avatar, await account({ [name]: 'no-uuid' }));
    expectProblem(answer, 502, 'setting_rejected', { notEchoed: ['no-uuid'] });
    expect(answer.text).toContain(`avatar.${name}`);
  });

  it('is named: a voice agent of another type, which is never started', async () => {
    await world.vendor.set({ liteVoiceAgentIds: [AGENT_ID] });
    const owner = await account({ voiceAgentId: AGENT_ID });
    const answer = await askToken(world.avatar, owner);
    expectProblem(answer, 502, 'voice_agent_unfit');
    expect(answer.text).toContain('liveavatar_agent');
    await world.vendor.set({ liteVoiceAgentIds: [] });
    await visit(world.avatar, owner);
  });
});
