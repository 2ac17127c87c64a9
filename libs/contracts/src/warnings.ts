import { wordsOf } from './meanings.js';

/** What the operator should know of an account's settings; nothing is refused for it. */
export const ACCOUNT_WARNING_MEANINGS = {
  no_context:
    'the avatar has nothing to answer with and stays silent: set `avatar.knowledgeBaseId`, or `avatar.voiceAgentId`',
  avatar_no_uuid:
    '`avatar.avatarId` is no UUID, by which LiveAvatar knows its avatars: another one stands in its place, or every session is refused',
  sandbox:
    "every session is one of the vendor's sandbox: free, with its own avatar, and over after a minute",
} as const;

export type AccountWarning = keyof typeof ACCOUNT_WARNING_MEANINGS;

export const ACCOUNT_WARNINGS = wordsOf(ACCOUNT_WARNING_MEANINGS);

/** What whoever set the account up should know of a session; it opens all the same. */
export const TOKEN_WARNING_MEANINGS = {
  no_context:
    'the avatar has nothing to answer with and stays silent: the account has neither `knowledgeBaseId` nor `voiceAgentId`',
  avatar_replaced:
    "the account's `avatarId` is no UUID, so the gateway's LIVEAVATAR_DEFAULT_AVATAR_ID stands in its place",
  sandbox:
    "the session is one of the vendor's sandbox: free, with its own avatar, and over after a minute",
} as const;

export type TokenWarning = keyof typeof TOKEN_WARNING_MEANINGS;

export const TOKEN_WARNINGS = wordsOf(TOKEN_WARNING_MEANINGS);
