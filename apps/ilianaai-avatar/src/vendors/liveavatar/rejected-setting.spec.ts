import { describe, expect, it } from '@jest/globals';
import { rejectedSetting } from './rejected-setting.js';

const detail = (...loc: (string | number)[]) => ({ detail: [{ loc, msg: 'is wrong', type: 'x' }] });

describe('the setting that a token request was refused for', () => {
  it.each<[unknown, string | null]>([
    [detail('body', 'avatar_id'), 'avatarId'],
    [detail('body', 'avatar_persona', 'voice_id'), 'avatar.voiceId'],
    [detail('body', 'avatar_persona', 'context_id'), 'avatar.knowledgeBaseId'],
    [detail('body', 'avatar_persona', 'language'), 'language'],
    [detail('body', 'avatar_persona', 'voice_settings', 'speed'), 'avatar.voiceSettings'],
    [detail('body', 'avatar_persona', 'stt_config', 'provider'), 'avatar.sttConfig'],
    [detail('body', 'voice_agent', 'id'), 'avatar.voiceAgentId'],
    [detail('body', 'voice_agent', 'dynamic_variables'), 'avatar.variables'],
    [detail('body', 'dynamic_variables'), 'avatar.variables'],
    [detail('body', 'video_settings', 'quality'), 'avatar.videoQuality'],
    [detail('body', 'interactivity_type'), 'avatar.interactivity'],
    [detail('body', 'max_session_duration'), 'limits.maxSessionSeconds'],
    [{ message: 'required_dynamic_variables are missing' }, 'avatar.variables'],
    [detail('body'), null],
    [detail('body', 7), null],
    [
      { code: 4000, message: 'max_session_duration cannot exceed 120 seconds' },
      'limits.maxSessionSeconds',
    ],
    [{ code: 4000, data: [{ message: 'context_id: not found' }] }, 'avatar.knowledgeBaseId'],
    [{ code: 4000, message: 'my_voice_id is a word of its own' }, null],
    [{ error: 'Unknown voice_id' }, 'avatar.voiceId'],
    [{ detail: 'voice_agent not found' }, 'avatar.voiceAgentId'],
    [{ detail: [null, 7, 'avatar_id', { loc: 'avatar_id' }] }, null],
    [{ data: [null, 7, { message: 7 }], message: null }, null],
    ['voice_id', null],
    [null, null],
    [undefined, null],
  ])('of %j is %j', (body, setting) => {
    expect(rejectedSetting(body)).toBe(setting);
  });
});
