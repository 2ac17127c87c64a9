import type { ConversationNaming, EndReason, StoppedBy } from '#contracts';
import type { SessionSettings, VendorName } from '../../vendors/vendor.js';
import type { Billed } from './billed.js';
import type { Caps } from './caps.js';
import type { Pulse } from './pulse.js';
import type { SessionState } from './session-states.js';

/** What the session was opened with; changing the account mid-session changes nothing here. */
export interface SessionConfig extends SessionSettings {
  readonly intro: string;
  readonly maxTranscriptTurns: number;
  /** Missing where the account may use any minutes, and on records from before. */
  readonly caps?: Caps;
  /** Whether its longest time is what was left of the account's minutes. */
  readonly endsWithMinutes?: boolean;
}

/**
 * What a lease is for: `end` for what ends a session, `life` for what looks at one or tidies up
 * after it, `outbox` for deliveries. Each may take the lease away from those behind it and never
 * from those before it: a look or a delivery may hang for seconds while the session costs money.
 */
export type LeaseKind = 'end' | 'life' | 'outbox';

/** Who works on the session. A write under an older epoch changes nothing. */
export interface Lease {
  readonly owner: string | null;
  readonly lane: LeaseKind;
  readonly epoch: number;
  readonly until: Date;
}

/** The outbox part of the record. */
export interface Delivery {
  /** What Petya shall know; grows by one with each new content. */
  readonly version: number;
  /** The last version that Petya has confirmed. */
  readonly deliveredVersion: number;
  readonly hash: string | null;
  readonly attempts: number;
  readonly firstAttemptAt: Date | null;
  readonly nextAttemptAt: Date | null;
  readonly lastError: string | null;
  readonly deliveredAt: Date | null;
  /** When its wait was cut short last, since Petya took others. Missing on records from before. */
  readonly freedAt?: Date | null;
}

/** Where reading the vendor's record stands. */
export interface TranscriptProgress {
  /** Where the next read of the vendor's record starts; null is its beginning. */
  readonly cursor: number | null;
  readonly nextReadAt: Date | null;
  /** Failed reads in a row. */
  readonly failures: number;
  /** Digest of the last whole reading after the end, and when it was made. */
  readonly lastDigest: string | null;
  readonly lastReadAt: Date | null;
  /** When the end was noticed here; the vendor may say that it was long before. */
  readonly noticedAt?: Date | null;
  /** Whether the vendor's record is known to be whole. */
  readonly complete: boolean;
  readonly truncated: boolean;
}

/** What is left to do for a session that is to be erased. */
export interface ErasureProgress {
  /** Whether the vendor has deleted what it kept. */
  readonly isForgotten: boolean;
  /** Failed attempts in a row. */
  readonly failures: number;
  /** When it goes on. */
  readonly nextAt: Date;
}

/** That a session shall end, why, and who wants it. */
export interface StopWish {
  readonly reason: EndReason;
  readonly by: StoppedBy;
  /** The operator by name, where one does whose token has a name. */
  readonly byName?: string;
}

/**
 * The session: lease, slot, meter, job and outbox in one record. Nothing about a session lives
 * only in memory.
 */
export interface Session {
  readonly id: string;
  readonly vendor: VendorName;
  readonly vendorSessionId: string | null;
  readonly accountId: string;
  readonly conversationId: string | null;
  readonly visitorId: string | null;
  /** Whether its visitor has shown proof; then nobody has anything to do with it without. */
  readonly proved: boolean;
  /** How its conversation was named by whoever opened it. */
  readonly namedBy: ConversationNaming;
  /** Which token it was opened with; a party that shares nothing but a name is given another. */
  readonly grant: string;
  /** The grant of the token that has started it: the media are for no other. */
  readonly startedBy: string | null;
  /** When it was last given to somebody who may start it. */
  readonly offeredAt: Date;
  /** Keyed digest of the address that opened it; null where a server of the customer did. */
  readonly opener: string | null;
  readonly origin: string | null;
  readonly idempotencyKey: string | null;
  readonly idempotencyHash: string | null;
  /**
   * The trace of the request that opened it, 32 hexadecimal digits; null once nobody looks for it.
   * Missing on records from before.
   */
  readonly traceId?: string | null;
  readonly config: SessionConfig;
  readonly state: SessionState;
  /** Grows with every change; a write that expects another one changes nothing. */
  readonly rev: number;
  readonly slot: number | null;
  readonly lease: Lease;
  /** When the worker has to look at this session's life; null when nothing is left to do. */
  readonly dueAt: Date | null;
  /**
   * When something has to be done that ends it; null when nothing is left to end. Missing on records
   * of an earlier release, which are found by `dueAt`.
   */
  readonly endDueAt?: Date | null;
  /** When the outbox has something to send; null when Petya knows everything. */
  readonly outboxDueAt: Date | null;
  /**
   * When the vendor's session was opened by creating it, where creating opens it: giving it up then
   * means stopping it. Null where nothing runs before the start.
   */
  readonly openedAt: Date | null;
  /** Encrypted; erased after start, or at the end of a session that creating has opened. */
  readonly vendorToken: string | null;
  /** What the browser needs to join the room; encrypted, erased when the session ends. */
  readonly media: string | null;
  readonly createdAt: Date;
  /** When it came into each state, the last time where there were several. Missing on records from before. */
  readonly enteredAt?: Readonly<Partial<Record<SessionState, Date>>>;
  readonly startedAt: Date | null;
  readonly seenAt: Date;
  readonly endedAt: Date | null;
  readonly endReason: EndReason | null;
  /** What it cost; null, or missing on records from before, until its end is known at the vendor. */
  readonly billed?: Billed | null;
  /** When it is looked next whether the account's minutes are used up; null or missing where it may use any. */
  readonly nextCountAt?: Date | null;
  /** When they would be used up by what runs now, as far as the last look could say. */
  readonly minutesEndAt?: Date | null;
  /** When the visitor was last known to go, until it comes back. */
  readonly leftAt: Date | null;
  /** The client's promise: after `at` the next keep-alive comes within so many seconds. */
  readonly heartbeat: { readonly at: Date; readonly withinSeconds: number } | null;
  /** Whether the vendor's places were all taken when it was asked for. */
  readonly turnedAway?: boolean;
  /** Keep-alives without a promise. Missing on records from before. */
  readonly pulse?: Pulse | null;
  /** The relayed socket through which the visitor is there; the newest, where there are several. */
  readonly socketId: string | null;
  /** The first wish to end this session; it decides the end reason, and who is named. */
  readonly stop: {
    readonly reason: EndReason;
    /** Missing on records from before. */
    readonly by?: StoppedBy;
    /** The operator by name, where one did whose token has a name. */
    readonly byName?: string;
    readonly at: Date;
    readonly attempts: number;
  } | null;
  readonly nextStopAt: Date | null;
  readonly keptAliveAt: Date | null;
  readonly nextPollAt: Date | null;
  readonly turns: number;
  readonly textBytes: number;
  readonly transcript: TranscriptProgress;
  readonly delivery: Delivery;
  /**
   * Since when everything of it has to go; from then on nobody is told anything of it. Missing, as
   * the next two, on records from before.
   */
  readonly erasedAt?: Date | null;
  /** How far that has come. */
  readonly erasure?: ErasureProgress | null;
  /** When its turns were deleted, because Petya has had them for long enough. */
  readonly purgedAt?: Date | null;
}

/** A session that its vendor knows: opening it has given it the vendor's id, which it keeps for good. */
export type SessionAtVendor = Session & { readonly vendorSessionId: string };

export function isAtVendor(session: Session): session is SessionAtVendor {
  return session.vendorSessionId !== null;
}

/** Names a session to the database: in a cluster the account says where it lies. */
export type SessionKey = Pick<Session, 'id' | 'accountId'>;

/** When a session is due, lane by lane. */
export type DueMember = 'dueAt' | 'endDueAt' | 'outboxDueAt';

/** Members a change may set; identity and bookkeeping are the repository's. */
export type SessionPatch = Partial<
  Omit<Session, 'id' | 'rev' | DueMember | 'accountId' | 'createdAt'>
>;
