export {
  AvatarClient,
  type AvatarClientOptions,
  type CallSettings,
  type HeldSession,
  type TokenSettings,
  type Turn,
} from './avatar-client.js';
export {
  afterTime,
  type Call,
  type CallerOptions,
  callerWith,
  type CallJson,
  type CallReport,
  CallTimeout,
} from './call.js';
export type * from './generated.js';
export { toJson } from './plain-json.js';
export { Refusal, type RefusalFacts, type RefusedMember } from './refusal.js';
