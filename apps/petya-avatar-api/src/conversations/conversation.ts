import type { ConversationStatus, EndReason, TurnRole } from '#contracts';
import type { Handle } from '../persistence/record-id.js';

/** What was delivered of one avatar session. */
export interface DeliveredSession {
  readonly sessionId: string;
  readonly status: ConversationStatus;
  readonly version: number;
  readonly endReason: EndReason | null;
  readonly durationSeconds: number | null;
  readonly truncated: boolean;
  readonly complete: boolean;
}

/** One turn of an avatar session. Turns are ordered by `at`, then by `id`. */
export interface Turn {
  readonly id: string;
  /** Null for turns from before that belong to no session. */
  readonly sessionId: string | null;
  readonly role: TurnRole;
  readonly text: string;
  readonly at: Date;
}

/** A conversation with some of its turns. */
export interface Conversation {
  readonly id: string;
  readonly externalId: string | null;
  readonly visitorId: string | null;
  readonly pageUrl: string | null;
  readonly status: ConversationStatus;
  readonly createdAt: Date | null;
  readonly sessions: readonly DeliveredSession[];
  readonly turns: readonly Turn[];
}

/** What decides who may do what with a conversation; `named` says by which id it was found. */
export interface KnownConversation {
  readonly id: string;
  readonly visitorId: string | null;
  readonly proof: boolean;
  readonly named: 'own' | 'external';
  /** What its own id is worth to whoever names it. */
  readonly handle: Handle;
}

/** The part of a conversation that the plugin's calls answer. */
export interface ConversationRef {
  readonly id: string;
  readonly status: ConversationStatus;
}
