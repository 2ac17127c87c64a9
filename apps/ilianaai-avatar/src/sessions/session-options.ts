import {
  avatarOptionsOf,
  MAX_VARIABLES,
  type TokenWarning,
  UUID_PATTERN,
  type Variables,
} from '#contracts';
import type { AvatarConfig } from '../config/avatar-config.js';
import type { Account } from '../accounts/account.js';
import { AvatarError } from '../errors.js';
import type { SessionOptions, SessionSettings } from '../vendors/vendor.js';

/** The options that a new session's record keeps; undefined where the account sets none. */
export function optionsOf({ options = {} }: Pick<Account, 'options'>): SessionOptions | undefined {
  const { visitorVariables: _names, ...kept } = avatarOptionsOf(options);
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/**
 * What a visitor's browser gives the avatar's context, by the names that the account allows.
 * @throws AvatarError `invalid_input` for any other name
 */
export function visitorVariables(
  { options }: Pick<Account, 'options'>,
  given: Variables | null | undefined,
): Variables {
  const allowed = options?.visitorVariables ?? [];
  const names = Object.keys(given ?? {});
  const all = new Set([...names, ...Object.keys(options?.variables ?? {})]);
  if (names.length === 0) return {};
  if (allowed.length === 0) throw refused('must be left out: this account takes none from a page');
  if (!names.every((name) => allowed.includes(name))) {
    throw refused(`must be among those that this account takes: ${allowed.join(', ')}`);
  }
  if (all.size > MAX_VARIABLES) {
    throw refused(`must be fewer: with the account's own, ${MAX_VARIABLES} at most`);
  }
  return given ?? {};
}

function refused(message: string): AvatarError {
  return new AvatarError('invalid_input', { errors: [{ pointer: '/variables', message }] });
}

/** Settings with a visitor's variables, which go before the account's own of the same name. */
export function withVariables(settings: SessionSettings, given: Variables): SessionSettings {
  if (Object.keys(given).length === 0) return settings;
  const variables = { ...settings.options?.variables, ...given };
  return { ...settings, options: { ...settings.options, variables } };
}

/** Tells two requests apart that differ in their variables alone; undefined where there are none. */
export function choiceOf(given: Variables): string | undefined {
  const entries = Object.entries(given).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.length === 0 ? undefined : JSON.stringify(entries);
}

/** What is wrong with a session that opens all the same, in the words of the contract. */
export function warningsOf(
  { avatarId, contextId, options }: SessionSettings,
  { isSandbox, defaultAvatarId }: Pick<AvatarConfig['liveAvatar'], 'isSandbox' | 'defaultAvatarId'>,
): TokenWarning[] | undefined {
  const isMute = contextId === null && options?.voiceAgentId === undefined;
  // The sandbox has one avatar, whatever was asked for, and says so by its own warning.
  const isInSandbox = isSandbox || options?.sandbox === true;
  const isReplaced = !isInSandbox && defaultAvatarId !== null && !UUID_PATTERN.test(avatarId);
  const warnings: TokenWarning[] = [
    ...(isMute ? (['no_context'] as const) : []),
    ...(isReplaced ? (['avatar_replaced'] as const) : []),
    ...(isInSandbox ? (['sandbox'] as const) : []),
  ];
  return warnings.length > 0 ? warnings : undefined;
}
