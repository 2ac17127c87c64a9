import {
  ACCESS_VERDICT_MEANINGS,
  CONVERSATION_NAMING_MEANINGS,
  MISSING_MEANINGS,
} from './access.dto.js';
import { BILLED_SOURCE_MEANINGS, SESSION_GROUP_MEANINGS } from './admin-sessions.dto.js';
import { SAME_VISITOR_MEANINGS } from './avatar-config.dto.js';
import { INTERACTIVITY_MEANINGS } from './avatar-options.dto.js';
import { CONVERSATION_STATUS_MEANINGS, TURN_ROLE_MEANINGS } from './conversation-status.dto.js';
import { END_REASON_MEANINGS } from './end-reason.js';
import { ERASURE_SCOPE_MEANINGS } from './erasures.dto.js';
import { HEYGEN_TASK_TYPE_MEANINGS } from './heygen.dto.js';
import { LIFE_MATCH_MEANINGS, NEXT_STEP_MEANINGS } from './life.dto.js';
import type { Meanings } from './meanings.js';
import { API_KEY_KIND_MEANINGS, KEY_PEPPER_MEANINGS } from './petya/api-keys.dto.js';
import { SETTABLE_STATUS_MEANINGS } from './petya/conversations.dto.js';
import { RECONCILIATION_VERDICT_MEANINGS } from './reconciliation.dto.js';
import { DELIVERY_STATE_MEANINGS, SESSION_STATE_MEANINGS } from './session-state.js';
import { STOPPED_BY_MEANINGS } from './stopped-by.js';
import { VISITOR_PROOF_MEANINGS } from './visitor-token.js';
import { ACCOUNT_WARNING_MEANINGS, TOKEN_WARNING_MEANINGS } from './warnings.js';

/** The closed lists of both apps, by the names they have in the API description. */
export const CLOSED_LISTS: Readonly<Record<string, Meanings>> = {
  AccessVerdict: ACCESS_VERDICT_MEANINGS,
  AccountWarning: ACCOUNT_WARNING_MEANINGS,
  ApiKeyKind: API_KEY_KIND_MEANINGS,
  BilledSource: BILLED_SOURCE_MEANINGS,
  ConversationNaming: CONVERSATION_NAMING_MEANINGS,
  ConversationStatus: CONVERSATION_STATUS_MEANINGS,
  DeliveryState: DELIVERY_STATE_MEANINGS,
  EndReason: END_REASON_MEANINGS,
  ErasureScope: ERASURE_SCOPE_MEANINGS,
  HeyGenTaskType: HEYGEN_TASK_TYPE_MEANINGS,
  Interactivity: INTERACTIVITY_MEANINGS,
  KeyPepper: KEY_PEPPER_MEANINGS,
  LifeMatch: LIFE_MATCH_MEANINGS,
  Missing: MISSING_MEANINGS,
  NextStep: NEXT_STEP_MEANINGS,
  ReconciliationVerdict: RECONCILIATION_VERDICT_MEANINGS,
  SameVisitorPolicy: SAME_VISITOR_MEANINGS,
  SessionGroup: SESSION_GROUP_MEANINGS,
  SessionState: SESSION_STATE_MEANINGS,
  SettableStatus: SETTABLE_STATUS_MEANINGS,
  StoppedBy: STOPPED_BY_MEANINGS,
  TokenWarning: TOKEN_WARNING_MEANINGS,
  TurnRole: TURN_ROLE_MEANINGS,
  VisitorProof: VISITOR_PROOF_MEANINGS,
};
