import type { Account } from './world.js';

/** A turn as the plugin reported it. */
export interface ReportedTurn {
  readonly key: string;
  readonly role: 'user' | 'avatar';
  readonly text: string;
  readonly sentAtMs: number;
  /** Null while, or if never, acknowledged. */
  ackedAtMs: number | null;
}

/** How and when a plugin made its session end, and by when the vendor must have stopped it. */
export interface Ending {
  readonly how: 'stopped' | 'left' | 'silent' | 'abandoned' | 'never started' | 'vendor' | 'limit';
  readonly atMs: number;
}

/** One session as its plugin knows it. */
export interface ClientSession {
  readonly tag: string;
  readonly account: Account;
  readonly conversationId: string | null;
  readonly sessionId: string;
  readonly token: string;
  readonly openedAtMs: number;
  /** Whether the plugin was told that it runs. */
  isStarted: boolean;
  readonly turns: ReportedTurn[];
  ending: Ending | null;
  /** Longest from the ending to the vendor's record of the end; null where none is promised. */
  stopBudgetMs: number | null;
}

/** One request of a plugin and what came of it. */
export interface RequestRow {
  readonly tag: string;
  readonly route: string;
  readonly atMs: number;
  readonly tookMs: number;
  /** Null when the answer was lost. */
  readonly status: number | null;
  readonly hasRetryAfter: boolean;
  /** The problem's name, where the answer was one. */
  readonly problem: string | null;
}

/** What all plugins of a run were told. */
export class ClientLedger {
  readonly sessions: ClientSession[] = [];
  readonly requests: RequestRow[] = [];

  acknowledgedTurns(): number {
    return this.sessions.reduce(
      (sum, { turns }) => sum + turns.filter(({ ackedAtMs }) => ackedAtMs !== null).length,
      0,
    );
  }
}
