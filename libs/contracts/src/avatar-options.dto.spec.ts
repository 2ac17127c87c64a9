import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { refusedMembers } from '../../../test/support/refused-members.js';
import { AVATAR_OPTIONS, AvatarOptionsDto, avatarOptionsOf } from './avatar-options.dto.js';

const agent = '3f0a6c1e-7b52-4d0c-9c2e-2f5d7a1f9b77';
const many = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, 'x']));

describe("an account's options", () => {
  it('have a name each', () => {
    const rules = getMetadataStorage().getTargetValidationMetadatas(
      AvatarOptionsDto,
      '',
      false,
      false,
    );
    const members = new Set(rules.map(({ propertyName }) => propertyName));
    expect(members).toEqual(new Set(AVATAR_OPTIONS));
  });

  it.each<[object]>([
    [{}],
    [Object.fromEntries(AVATAR_OPTIONS.map((name) => [name, null]))],
    [{ sandbox: true, voiceAgentId: agent, videoQuality: 'very_high' }],
    [{ variables: {} }],
    [{ variables: many(50) }],
    [{ variables: { [`n${'x'.repeat(63)}`]: 'x'.repeat(1000), empty: '' } }],
    [{ visitorVariables: [] }],
    [{ visitorVariables: ['page', 'lang_2'] }],
    [{ interactivity: 'conversational' }],
    [{ voiceSettings: { provider: 'fish' } }],
    [{ voiceSettings: { provider: 'elevenLabs', speed: 1.2, stability: 0, style: 1 } }],
    [{ sttConfig: { provider: 'assembly_ai' } }],
  ])('may be %j', (options) => {
    expect(refusedMembers(AvatarOptionsDto, options)).toEqual([]);
  });

  it.each<[object, string]>([
    [{ sandbox: 'true' }, '/sandbox'],
    [{ voiceAgentId: 'agent' }, '/voiceAgentId'],
    [{ voiceAgentId: '' }, '/voiceAgentId'],
    [{ variables: ['x'] }, '/variables'],
    [{ variables: 'x' }, '/variables'],
    [{ variables: many(51) }, '/variables'],
    [{ variables: { shop: 7 } }, '/variables'],
    [{ variables: { shop: null } }, '/variables'],
    [{ variables: { shop: 'x'.repeat(1001) } }, '/variables'],
    [{ variables: { '': 'x' } }, '/variables'],
    [{ variables: { 'a.b': 'x' } }, '/variables'],
    [{ variables: { $where: 'x' } }, '/variables'],
    [{ variables: { [`n${'x'.repeat(64)}`]: 'x' } }, '/variables'],
    [{ visitorVariables: 'page' }, '/visitorVariables'],
    [{ visitorVariables: ['page', 'page'] }, '/visitorVariables'],
    [{ visitorVariables: ['a b'] }, '/visitorVariables'],
    [{ visitorVariables: [7] }, '/visitorVariables'],
    [{ visitorVariables: Object.keys(many(51)) }, '/visitorVariables'],
    [{ interactivity: 'PUSH_TO_TALK' }, '/interactivity'],
    [{ videoQuality: 'best' }, '/videoQuality'],
    [{ voiceSettings: {} }, '/voiceSettings/provider'],
    [{ voiceSettings: 'fish' }, '/voiceSettings'],
    [{ voiceSettings: { provider: 'other' } }, '/voiceSettings/provider'],
    [{ voiceSettings: { provider: 'fish', speed: 2 } }, '/voiceSettings/speed'],
    [{ voiceSettings: { provider: 'fish', stability: 0.5 } }, '/voiceSettings/stability'],
    [{ voiceSettings: { provider: 'fish', model: 'eleven_flash_v2_5' } }, '/voiceSettings/model'],
    [
      { voiceSettings: { provider: 'elevenLabs', latencyMode: 'normal' } },
      '/voiceSettings/latencyMode',
    ],
    [{ voiceSettings: { provider: 'elevenLabs', volume: 1 } }, '/voiceSettings'],
    [{ sttConfig: { provider: 'whisper' } }, '/sttConfig/provider'],
    [{ sttConfig: {} }, '/sttConfig/provider'],
    [{ llm: 'x' }, ''],
  ])('may not be %j', (options, pointer) => {
    expect(refusedMembers(AvatarOptionsDto, options)).toContain(pointer);
  });

  it('are those that are set, wherever they stand', () => {
    const from = { name: 'Shop', sandbox: false, videoQuality: null, visitorVariables: [] };
    expect(avatarOptionsOf(from as AvatarOptionsDto)).toEqual({
      sandbox: false,
      visitorVariables: [],
    });
  });
});
