import { describe, expect, it } from '@jest/globals';
import { warningsOf } from './account-warnings.js';

const UUID = '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01';

describe('what an operator is warned of', () => {
  it.each<[Partial<Parameters<typeof warningsOf>[0]>, string[]]>([
    [{}, []],
    [{ avatarId: null }, []],
    [{ knowledgeBaseId: null }, ['no_context']],
    [{ knowledgeBaseId: null, options: { voiceAgentId: UUID } }, []],
    [{ avatarId: UUID.slice(1) }, ['avatar_no_uuid']],
    [{ avatarId: 'Katya_Chair_Sitting_public' }, ['avatar_no_uuid']],
    [{ options: { sandbox: true } }, ['sandbox']],
    // The sandbox has an avatar of its own.
    [{ avatarId: UUID.slice(1), options: { sandbox: true } }, ['sandbox']],
    [{ options: { sandbox: false } }, []],
  ])('of %j: %j', (settings, warnings) => {
    const usual = { avatarId: UUID, knowledgeBaseId: UUID, options: {} };
    expect(warningsOf({ ...usual, ...settings })).toEqual(warnings);
  });
});
