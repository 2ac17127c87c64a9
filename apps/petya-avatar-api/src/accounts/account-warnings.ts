import { type AccountWarning, UUID_PATTERN } from '#contracts';
import type { Account } from './account.js';

/** What does not work as an account is set, for the operator who sets it; nothing is refused for it. */
export function warningsOf({
  avatarId,
  knowledgeBaseId,
  options,
}: Pick<Account, 'avatarId' | 'knowledgeBaseId' | 'options'>): AccountWarning[] {
  const isInSandbox = options.sandbox === true;
  const isMute = knowledgeBaseId === null && options.voiceAgentId === undefined;
  const isNoUuid = avatarId !== null && !isInSandbox && !UUID_PATTERN.test(avatarId);
  return [
    ...(isMute ? (['no_context'] as const) : []),
    ...(isNoUuid ? (['avatar_no_uuid'] as const) : []),
    ...(isInSandbox ? (['sandbox'] as const) : []),
  ];
}
