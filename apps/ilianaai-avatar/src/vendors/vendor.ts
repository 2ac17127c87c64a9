import type { AvatarOptions, EndReason, StartedSessionDto, TurnRole } from '#contracts';

export const VENDOR_NAMES = ['liveavatar', 'heygen'] as const;
export type VendorName = (typeof VENDOR_NAMES)[number];

/**
 * What a session is opened with; taken from the account. Of the client's are only variables that the
 * account allows by name.
 */
export interface SessionSettings {
  readonly avatarId: string;
  readonly voiceId: string | null;
  readonly contextId: string | null;
  readonly language: string;
  readonly maxSessionSeconds: number;
  /** Missing where the account sets none. */
  readonly options?: SessionOptions;
}

/** What is the account's to choose beside the avatar and its words, as it stands when a session is opened. */
export type SessionOptions = Omit<AvatarOptions, 'visitorVariables'>;

export interface CreatedSession {
  readonly vendorSessionId: string;
  /** The vendor's own credential for this session; it never leaves this app. */
  readonly vendorToken: string;
  /**
   * What the vendor tells of the session already, because it is open from here on: it counts and
   * may cost, so giving it up means stopping it. Null where a token alone opens nothing.
   */
  readonly opened: OpenedSession | null;
}

/** What the visitor's browser needs to join the room, in the vendor's own terms. */
export type Media = Readonly<Record<string, unknown>>;

/** How a browser joins a session's room, as the start of a session answers it. */
export type Room = Pick<StartedSessionDto, 'livekit_url' | 'livekit_client_token' | 'ws_url'>;

export interface OpenedSession {
  readonly media: Media;
  readonly maxSessionSeconds: number | null;
}

export interface StartedSession {
  /** Null where it was told when the session was created. */
  readonly media: Media | null;
  readonly maxSessionSeconds: number | null;
}

/** What the vendor says of a session. */
export type VendorRecord =
  | { readonly state: 'live' }
  | {
      readonly state: 'ended';
      readonly endReason: EndReason;
      readonly endedAt: Date | null;
      /** What it bills; null where it does not say. */
      readonly billed: { readonly seconds: number; readonly credits: number | null } | null;
    }
  | { readonly state: 'unknown' };

/** A line of the vendor's own record. */
export interface VendorLine {
  readonly role: TurnRole;
  readonly text: string;
  readonly atMs: number;
}

export interface TranscriptPage {
  readonly isLive: boolean;
  readonly lines: readonly VendorLine[];
  /** Where the next page starts, or null when there is nothing after this one. */
  readonly next: number | null;
}

/** Which of a vendor's sessions are listed: those that run, or those that are over. */
export type ListKind = 'active' | 'historic';

/** A session as the vendor lists it. */
export interface ListedSession {
  readonly id: string;
  readonly createdAt: Date;
  /** What it bills, in whole seconds; null where it does not say. */
  readonly seconds: number | null;
  readonly credits: number | null;
}

export interface ListPage {
  /** The newest first. */
  readonly entries: readonly ListedSession[];
  readonly isLast: boolean;
}

/** What a vendor tells of everything that it bills under our key. */
export interface VendorBooks {
  /**
   * @param page from 1 on; what is new meanwhile moves everything behind it to later places
   * @throws AvatarError `vendor_busy` where its turn does not come, `vendor_garbled` for what is no page
   */
  listPage(kind: ListKind, page: number): Promise<ListPage>;
  /**
   * @param withinMs for whoever has less patience than a call may take
   * @throws AvatarError `vendor_garbled` for what is no number
   */
  creditsLeft(withinMs?: number): Promise<number>;
}

/**
 * The one port both vendors fill. Every method throws `AvatarError` with a vendor problem; a call
 * that may or may not have taken effect fails with one of `AMBIGUOUS`.
 */
export interface Vendor {
  readonly name: VendorName;
  /** Whether new sessions may be opened there. */
  readonly isEnabled: boolean;
  /** Whether its last calls were answered. */
  readonly isReachable: boolean;
  /** Whether it has credits for another session, by its last answers. */
  readonly hasCredits: boolean;
  /** Whether a session is open, and billed, from `create` on. */
  readonly opensAtOnce: boolean;
  /** Null where it tells nothing of what it bills. */
  readonly books: VendorBooks | null;
  /** @param owner the account that it is for, among which turns are shared where many wait */
  create(settings: SessionSettings, owner?: string): Promise<CreatedSession>;
  start(session: Pick<CreatedSession, 'vendorSessionId' | 'vendorToken'>): Promise<StartedSession>;
  /** Reads the room out of media of its own. */
  roomOf(media: Media): Room;
  /**
   * Ends a session. A session that has ended or was never there is released all the same. Asked also
   * while other calls are spared a vendor that fails: until it is stopped it costs money.
   */
  stop(vendorSessionId: string): Promise<void>;
  /** @returns false when the session has ended */
  keepAlive(vendorSessionId: string): Promise<boolean>;
  /** @param withinMs for whoever has less patience than a call may take */
  inspect(vendorSessionId: string, withinMs?: number): Promise<VendorRecord>;
  /** @param withinMs as for `inspect` */
  readTranscript(
    vendorSessionId: string,
    from: number | null,
    withinMs?: number,
  ): Promise<TranscriptPage>;
  /** Deletes what the vendor keeps of an ended session; one that it does not know is forgotten. */
  forget(vendorSessionId: string): Promise<void>;
  /** Ids of the sessions that the vendor lists as running under our key. */
  listLive(): Promise<string[]>;
}
